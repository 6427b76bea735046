using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

/// <summary>Answers calls from the lists of a case and remembers them; a call that no list has is refused and is a difference.</summary>
internal sealed class PageServer : HttpMessageHandler
{
    private readonly List<JsonObject> _calls = [];

    public List<PageCall> Sent { get; } = [];

    /// <summary>Calls of the case, each with what was sent for it.</summary>
    public List<(JsonObject Asked, PageCall Sent)> Answered { get; } = [];

    public List<string> Unknown { get; } = [];

    /// <summary>The input lines that calls carried, in order.</summary>
    public List<JsonNode?> Lines { get; } = [];

    /// <summary>The calls of each submission, for lists that show what it made.</summary>
    public List<List<(JsonObject Asked, PageCall Sent)>> Submissions { get; } = [];

    /// <summary>Answers everything, whatever its address.</summary>
    public Func<PageCall, HttpResponseMessage>? Always { get; init; }

    /// <summary>Answers these from now on; the lines that were sent stay.</summary>
    public PageServer With(params IEnumerable<JsonNode?> calls)
    {
        _calls.Clear();
        Answered.Clear();
        Unknown.Clear();
        _calls.AddRange(calls.Select(call => call!.AsObject()));
        return this;
    }

    /// <summary>Calls no list has, calls that were not made, and calls that were not made as the page says.</summary>
    public IEnumerable<string> Differences() =>
    [
        .. Unknown,
        .. _calls.Where(call => (bool?)call["optional"] != true && !Answered.Exists(one => one.Asked == call)).Select(call => $"{Name(call)} was not called"),
        .. Answered.SelectMany(one => one.Sent.Differences(one.Asked["headers"] as JsonObject)
            .Concat(one.Asked["body"] is { } body ? PageExpectation.Differences(body, one.Sent.Json) : [])
            .Concat(one.Asked["fields"] is { } fields ? PageExpectation.Differences(fields, one.Sent.Fields(), "/field") : [])
            .Select(difference => $"{Name(one.Asked)}: {difference}")),
    ];

    public static HttpResponseMessage Reply(JsonObject answer, Func<JsonNode?, JsonNode?>? fill = null)
    {
        fill ??= node => node;
        var text = (answer["lines"], answer["text"] ?? answer["body"]) switch
        {
            (JsonArray lines, _) => string.Concat(lines.Select(line => fill(line)?.ToJsonString() + "\n")),
            (_, JsonValue value) when value.TryGetValue<string>(out var word) => word,
            var (_, body) => fill(body)?.ToJsonString() ?? "",
        };
        var response = new HttpResponseMessage((HttpStatusCode)(int)(answer["status"] ?? 200)!) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };
        foreach (var (name, value) in answer["headers"]?.AsObject() ?? [])
        {
            if (!response.Headers.TryAddWithoutValidation(name, (string)value!))
            {
                response.Content.Headers.TryAddWithoutValidation(name, (string)value!);
            }
        }

        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = await PageCall.OfAsync(request, cancellationToken);
        Sent.Add(sent);
        if (Always is { } always)
        {
            return always(sent);
        }

        // The longest address is the one that says most.
        var asked = _calls.Where(call => IsMeant(call, sent)).MaxBy(call => Addresses(call["url"]).Where(url => PageExpectation.Fits(url, call["query"] is null ? sent.Url : sent.Address)).Max(url => url.Length));
        if (asked is null)
        {
            Unknown.Add($"{sent.Method} {sent.Url} is in no case{(sent.Body.Length == 0 ? "" : $": {sent.Text[..Math.Min(300, sent.Text.Length)]}")}");
            return new HttpResponseMessage(HttpStatusCode.NotImplemented) { Content = new StringContent("") };
        }

        Answered.Add((asked, sent));
        if ((string?)asked["carries"] is { } carries && sent.Lines(carries) is { } lines)
        {
            Lines.AddRange(lines);
        }

        return Reply(asked["answer"]!.AsObject(), node => Fill(node, sent));
    }

    /// <summary>An expectation or an answer, with what submissions made in its place.</summary>
    public JsonNode? Fill(JsonNode? node) => node switch
    {
        JsonObject made when made["$made"] is { } index => Made(made, Submissions[(int)index - 1]),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value)))),
        JsonArray items => new JsonArray([.. items.SelectMany(Repeated).Select(Fill)]),
        _ => node?.DeepClone(),
    };

    private static string Name(JsonObject call) => (string?)call["name"] ?? $"{call["method"]} {call["url"]!.ToJsonString()}";

    private static bool IsMeant(JsonObject call, PageCall sent) =>
        (call["method"] is JsonArray several ? several.Any(one => (string?)one == sent.Method) : (string?)call["method"] == sent.Method)
        && (call["query"] is { } query ? PageExpectation.Fits(call["url"], sent.Address) && PageExpectation.Differences(query, sent.Query).Count == 0 : PageExpectation.Fits(call["url"], sent.Url))
        && (call["when"]?.AsObject() ?? []).All(header => sent.Headers.GetValueOrDefault(header.Key) == (string?)header.Value);

    private static IEnumerable<string> Addresses(JsonNode? url) => url is JsonArray several ? several.Select(one => (string)one!) : [(string)url!];

    // What was sent comes back where a provider echoes it.
    private JsonNode? Fill(JsonNode? node, PageCall sent) => node switch
    {
        JsonObject size when size.ContainsKey("$bytes") => sent.Body.Length.ToString(CultureInfo.InvariantCulture),
        JsonObject echo when echo["$sent"] is { } index =>
            ((string)echo["at"]!).Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Lines[(int)index], (value, name) => value?[name])?.DeepClone(),
        JsonObject form when form["$form"] is { } index => (Lines[(int)index]?["modelInput"]?["inferenceConfig"] is null ? form["native"] : form["converse"])?.DeepClone(),
        JsonObject made when made.ContainsKey("$made") => Fill(made),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value, sent)))),
        JsonArray items => new JsonArray([.. items.SelectMany(Repeated).Select(item => Fill(item, sent))]),
        _ => node?.DeepClone(),
    };

    // What a call of a submission said, as the provider shows it again; what it did not say is null.
    private static JsonNode? Made(JsonObject made, List<(JsonObject Asked, PageCall Sent)> calls)
    {
        var sent = calls.Last(call => (string?)call.Asked["name"] == (string?)made["call"]).Sent;
        var said = made["query"] is { } name ? sent.Query[(string)name!] : sent.At((string)made["at"]!);
        return made["after"] is { } before ? $"{before}{said}" : said?.DeepClone();
    }

    // A page that is full is full of batches of others.
    private static IEnumerable<JsonNode?> Repeated(JsonNode? item) => item is JsonObject several && several["$times"] is { } times
        ? Enumerable.Range(1, (int)times).Select(number => JsonNode.Parse(several["of"]!.ToJsonString().Replace("{i}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)))
        : [item];
}
