using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Tests;

/// <summary>One file of cases, and the beginnings it holds.</summary>
internal sealed record PageCase(string Name, JsonObject Root)
{
    public JsonObject Expect => Root["expect"]!.AsObject();

    public static PageCase Read(string file) => new(Path.GetFileNameWithoutExtension(file), JsonNode.Parse(File.ReadAllBytes(file))!.AsObject());

    public JsonArray List(string name) => Root[name] as JsonArray ?? [];

    private EndpointKind Kind => Enum.Parse<EndpointKind>((string?)Root["kind"] ?? nameof(EndpointKind.Chat), ignoreCase: true);

    public Envelope Envelope(ProviderId provider, EndpointKind? kind = null, JsonNode? item = null)
    {
        var verbatim = (item ?? Root)["verbatim"];
        return new Envelope
        {
            Kind = kind ?? Kind,
            Dialect = verbatim is null ? Dialect.Canonical : Dialect.OpenAI,
            Model = new ModelId(provider, (string)Root["model"]!),
            Bytes = Encoding.UTF8.GetBytes((verbatim ?? (item ?? Root)["request"]!).ToJsonString()),
        };
    }

    public static CacheControl Cache(JsonNode of) => of["cache"] is not JsonObject cache ? CacheControl.None : new CacheControl
    {
        Marks = [.. (cache["marks"] as JsonArray ?? []).Select(mark => new CacheMark((int)mark!["block"]!, TimeSpan.FromSeconds((int)mark["seconds"]!)))],
        IsDeclined = (bool?)cache["declined"] ?? false,
        RoutingKey = (string?)cache["routingKey"],
    };

    public BatchInput Input(ProviderId provider, string key)
    {
        var items = List("items").Select(item => new BatchItem((string)item!["customId"]!, Envelope(provider, item: item)) { Cache = Cache(item) }).ToList();
        return new BatchInput
        {
            SubmissionKey = key,
            Kind = Kind,
            Count = items.Count,
            Items = _ => items.ToAsyncEnumerable(),
            SendLimit = TimeSpan.FromMinutes(10),
        };
    }

    /// <summary>What the case answers a call with.</summary>
    public JsonObject Answer(PageCall sent) => List("answers").FirstOrDefault(answer =>
        PageExpectation.Fits(answer!["path"], new Uri(sent.Url).AbsolutePath) || PageExpectation.Fits(answer["path"], new Uri(sent.Url).PathAndQuery))?.AsObject()
        ?? throw new InvalidOperationException($"{Name} has no answer for {sent.Url}.");

    /// <summary>A stream the case answers a call with; <paramref name="said"/> takes what was not asked as the page says.</summary>
    public HttpResponseMessage Stream(PageCall sent, List<string> said)
    {
        var answer = Answer(sent);
        foreach (var (name, value) in answer["sends"]?.AsObject() ?? [])
        {
            said.AddRange(PageExpectation.Differences(value, sent.Json?[name], $"sent/{name}"));
        }

        var bytes = PageFraming.Bytes((string)answer["framing"]!, answer["events"]!.AsArray());
        return new HttpResponseMessage(System.Net.HttpStatusCode.OK) { Content = new StreamContent(new PiecewiseStream(bytes, 11)) };
    }

    /// <summary>The differences between an answer and what the page says it means.</summary>
    public IEnumerable<string> Differences(ChatResponse response, string? finish)
    {
        if (Expect["text"] is { } text && (string?)text != response.Text)
        {
            yield return $"text: expected {text.ToJsonString()}, was \"{response.Text}\"";
        }

        if (Expect["finish"] is JsonArray reasons && !reasons.Any(reason => (string?)reason == finish))
        {
            yield return $"finish: expected {reasons.ToJsonString()}, was {finish ?? "null"}";
        }

        var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        var wanted = Expect["toolCalls"] as JsonArray ?? [];
        var made = new JsonArray([.. calls.Select((call, i) => (JsonNode)new JsonObject
        {
            ["id"] = i < wanted.Count && wanted[i]!["id"] is null ? null : call.CallId,
            ["name"] = call.Name,
            ["arguments"] = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(call.Arguments)),
        })]);
        foreach (var call in wanted.Where(call => call!["id"] is null))
        {
            call!["id"] = null;
        }

        foreach (var difference in PageExpectation.Differences(wanted.DeepClone(), made, "/toolCalls"))
        {
            yield return difference;
        }
    }

    /// <summary>The differences between the lines of a batch's results and what the page says each means.</summary>
    public IEnumerable<string> Differences(List<BatchLine> lines, IProvider provider)
    {
        var wanted = Expect["lines"]!.AsArray();
        if (wanted.Count != lines.Count || wanted.Zip(lines).Any(pair => (string?)pair.First!["customId"] != pair.Second.CustomId))
        {
            yield return $"lines: expected {string.Join(", ", wanted.Select(line => line!["customId"]))}, was {string.Join(", ", lines.Select(line => $"{line.CustomId} {line.Kind}"))}";
            yield break;
        }

        foreach (var (line, was) in wanted.Zip(lines))
        {
            List<string> differences =
            [
                .. (string?)line!["kind"] == was.Kind.ToString() ? (string[])[] : [$"expected {line["kind"]}, was {was.Kind} ({was.Failure})"],
                .. Differences(line["cause"] as JsonArray, was.Failure),
                .. line["usage"] is { } usage ? PageExpectation.Differences(usage, Words(was.Answer?.Usage), "/usage") : [],
                .. line["vector"] is { } vector ? Differences(vector, was.Answer, provider) : [],
                .. line["text"] is { } text ? PageExpectation.Differences(text, was.Answer is { } answer ? provider.ReadChat(answer.Body).Text : null, "/text") : [],
            ];
            foreach (var difference in differences)
            {
                yield return $"{was.CustomId}: {difference}";
            }
        }
    }

    /// <summary>The differences between the usage a stream adds up to and what the page says was processed.</summary>
    public IEnumerable<string> Differences(UsageDetails? said)
    {
        if (Expect["usage"] is not { } usage)
        {
            return [];
        }

        long Sum(params IEnumerable<string> names) => names.Sum(name => (long)usage[name]!);
        var expected = (Sum("uncachedInput", "cacheRead", "cacheWriteShort", "cacheWriteLong"), Sum("cacheRead"), Sum("output", "reasoning"), Sum("reasoning"));
        var was = (said?.InputTokenCount ?? 0, said?.CachedInputTokenCount ?? 0, said?.OutputTokenCount ?? 0, said?.ReasoningTokenCount ?? 0);
        return expected == was ? [] : [$"usage (input, of it read; output, of it reasoning): expected {expected}, was {was}"];
    }

    /// <summary>The differences between an answer's first vector and what the page says it is.</summary>
    public static IEnumerable<string> Differences(JsonNode vector, Answer? answer, IProvider provider) => PageExpectation.Differences(
        vector, answer is null ? null : new JsonArray([.. provider.ReadEmbedding(answer.Body).Vector.ToArray().Select(number => JsonValue.Create(number))]), "/vector");

    /// <summary>What is asked after a create whose reply was lost.</summary>
    public OrphanQuery Search(string key, StagedInput staged) => new(
        key, staged.Reference, List("items").Count, DateTimeOffset.Parse((string)Root["search"]!["from"]!, CultureInfo.InvariantCulture), DateTimeOffset.Parse((string)Root["search"]!["until"]!, CultureInfo.InvariantCulture));

    /// <summary>The calls of a submission's staging, told apart by its number.</summary>
    public JsonArray Staging(int number) =>
        JsonNode.Parse(List("staging").ToJsonString().Replace("{n}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))!.AsArray();

    /// <summary>What a search must find, in order of ids.</summary>
    public JsonArray Found(PageServer server)
    {
        var found = server.Fill(Expect["found"])!.AsArray().Select(one => one!.DeepClone());
        return [.. found.OrderBy(one => one["id"]!.ToJsonString(), StringComparer.Ordinal)];
    }

    public static JsonArray Words(IEnumerable<OrphanCandidate> candidates) =>
    [
        .. candidates.OrderBy(candidate => JsonValue.Create(candidate.ProviderBatchId).ToJsonString(), StringComparer.Ordinal).Select(candidate => new JsonObject
        {
            ["id"] = candidate.ProviderBatchId,
            ["proven"] = candidate.IsProven,
            ["createdAt"] = candidate.CreatedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        }),
    ];

    public static JsonObject? Words(TokenUsage? usage) => usage is not { } counted ? null : new JsonObject
    {
        ["uncachedInput"] = counted.UncachedInput,
        ["cacheRead"] = counted.CacheRead,
        ["cacheWriteShort"] = counted.CacheWriteShort,
        ["cacheWriteLong"] = counted.CacheWriteLong,
        ["output"] = counted.Output,
        ["reasoning"] = counted.Reasoning,
    };

    public static IEnumerable<string> Differences(JsonArray? causes, ProviderFailure? failure) =>
        causes is null || causes.Any(cause => (string?)cause == failure?.Cause.ToString()) ? [] : [$"cause: expected {causes.ToJsonString()}, was {failure?.ToString() ?? "no failure"}"];
}
