using System.Buffers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Tests;

/// <summary>A provider against the cases written from its pages alone (<c>tests/golden/from-the-page.md</c>), by its public face alone.</summary>
public abstract partial class PageConformance
{
    private static readonly string[] All = ["request", "response", "stream", "errors", "embedding", "batch", "results", "phases", "orphans"];

    /// <summary>Which provider.</summary>
    protected abstract ProviderKind Kind { get; }

    /// <summary>How the cases say it is reached.</summary>
    protected virtual ProviderConnection Connection { get; } = new() { ApiKey = "key-inv" };

    /// <summary>Where its cases lie, under the provider's folder.</summary>
    protected virtual string Cases => "from-the-page";

    /// <summary>What the folder has cases of, or says why not.</summary>
    protected virtual IReadOnlyList<string> Kinds => All;

    private string Folder => Path.Combine(
        Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "golden")).Single(folder => Path.GetFileName(folder).Equals(Kind.Id.Value, StringComparison.OrdinalIgnoreCase)),
        Cases);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_kind_of_case_is_there_or_the_folder_says_why_not()
    {
        var files = Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).ToList();

        Assert.All(Kinds, kind => Assert.True(
            files.Exists(file => IsOf(kind, file)) != File.Exists(Path.Combine(Folder, $"no-{kind}.md")), $"{kind}: either cases, or a file no-{kind}.md"));
        Assert.All(files, file => Assert.True(Kinds.Any(kind => IsOf(kind, file)), $"{file} is of no kind"));
        Assert.True(File.Exists(Path.Combine(Folder, "README.md")));
    }

    [Fact]
    public Task The_requests_of_the_page_are_sent() => EachAsync("request", async one =>
    {
        var server = new PageServer { Always = _ => new HttpResponseMessage(System.Net.HttpStatusCode.InternalServerError) { Content = new StringContent("{}") } };
        using var subject = Subject(server);
        var (envelope, cache) = (one.Envelope(Kind.Id), PageCase.Cache(one.Root));

        var outcome = await subject.Provider.SendAsync(new LiveCall(envelope, "call-1", TimeSpan.FromMinutes(1)) { Cache = cache }, Token);

        if (one.Root["refused"] is not null)
        {
            return outcome is LiveOutcome.Refused && server.Sent.Count == 0 ? [] : [$"expected to be refused before it is sent; {server.Sent.Count} calls; {outcome}"];
        }

        if (server.Sent is not [var sent])
        {
            return [$"{server.Sent.Count} calls; {outcome}"];
        }

        var rendered = new ArrayBufferWriter<byte>();
        subject.Provider.Render(envelope, cache, rendered);
        var forms = one.List("asks").Where(ask => PageExpectation.Fits(ask!["url"], sent.Url)).ToList();
        return sent.Method != "POST" || forms.Count == 0
            ? [$"{sent.Method} {sent.Url} is not what the page calls: {string.Join(" or ", one.List("asks").Select(ask => ask!["url"]!.ToJsonString()))}"]
            : [
                .. PageExpectation.Nearest(forms.Select(form => form!["body"]), sent.Json),
                .. PageExpectation.Differences(JsonNode.Parse(rendered.WrittenSpan), sent.Json, "rendered but not sent"),
                .. sent.Differences(forms[0]!["headers"] as JsonObject),
            ];
    });

    [Fact]
    public Task The_answers_of_the_page_are_read() => EachAsync("response", async one =>
    {
        using var subject = Subject(new PageServer { Always = sent => PageServer.Reply(one.Answer(sent)) });

        var outcome = await subject.Provider.SendAsync(new LiveCall(one.Envelope(Kind.Id), "call-1", TimeSpan.FromMinutes(1)), Token);

        if (outcome is not LiveOutcome.Answered { Answer: var answer })
        {
            return [$"{outcome}"];
        }

        var chat = subject.Provider.ReadChat(answer.Body);
        return
        [
            .. one.Differences(chat, answer.FinishReason),
            .. answer.FinishReason == chat.FinishReason?.Value ? (string[])[] : [$"finish: the answer says {answer.FinishReason}, the chat {chat.FinishReason}"],
            .. one.Expect.ContainsKey("usage") ? PageExpectation.Differences(one.Expect["usage"], PageCase.Words(answer.Usage), "/usage") : [],
            .. one.Expect["model"] is { } model ? PageExpectation.Differences(model, answer.Model, "/model") : [],
            .. one.Expect["serviceTier"] is { } tier ? PageExpectation.Differences(tier, answer.ServiceTier, "/serviceTier") : [],
            .. one.Expect["reference"] is { } reference ? PageExpectation.Differences(reference, answer.ProviderReference, "/reference") : [],
        ];
    });

    [Fact]
    public Task The_embeddings_of_the_page_are_asked_for_and_read() => EachAsync("embedding", async one =>
    {
        var server = new PageServer { Always = _ => PageServer.Reply(one.Root["answer"]!.AsObject()) };
        using var subject = Subject(server);

        var outcome = await subject.Provider.SendAsync(new LiveCall(one.Envelope(Kind.Id, EndpointKind.Embeddings), "call-1", TimeSpan.FromMinutes(1)), Token);

        var form = server.Sent is [var sent] ? one.List("asks").FirstOrDefault(ask => sent.Method == "POST" && PageExpectation.Fits(ask!["url"], sent.Url)) : null;
        if (form is null || outcome is not LiveOutcome.Answered { Answer: var answer })
        {
            return [$"{string.Join(", ", server.Sent.Select(call => call.Url))}; {outcome}"];
        }

        return
        [
            .. PageExpectation.Differences(form["body"], server.Sent[0].Json),
            .. server.Sent[0].Differences(form["headers"] as JsonObject),
            .. PageCase.Differences(one.Expect["vector"]!, answer, subject.Provider),
            .. PageExpectation.Differences(one.Expect["usage"], PageCase.Words(answer.Usage), "/usage"),
            .. one.Expect["model"] is { } model ? PageExpectation.Differences(model, answer.Model, "/model") : [],
        ];
    });

    [Fact]
    public Task The_streams_of_the_page_are_read() => EachAsync("stream", async one =>
    {
        var said = new List<string>();
        using var subject = Subject(new PageServer { Always = sent => one.Stream(sent, said) });
        using var client = subject.Provider.CreateChatClient((string)one.Root["model"]!);
        try
        {
            var response = await client.GetStreamingResponseAsync("hello", cancellationToken: Token).ToChatResponseAsync(Token);
            return one.Expect["fails"] is { } should
                ? [$"expected to fail with {should.ToJsonString()}, was \"{response.Text}\""]
                : [.. said, .. one.Differences(response, response.FinishReason?.Value), .. one.Differences(response.Usage)];
        }
        catch (ProviderException e)
        {
            return one.Expect["fails"] is JsonArray causes ? [.. said, .. PageCase.Differences(causes, e.Failure)] : [e.ToString()];
        }
    });

    [Fact]
    public Task The_errors_of_the_page_are_told_apart() => EachAsync("errors", async one =>
    {
        var found = new List<string>();
        foreach (var row in one.List("cases"))
        {
            using var subject = Subject(new PageServer { Always = _ => PageServer.Reply(row!.AsObject()) });
            var outcome = await subject.Provider.SendAsync(new LiveCall(one.Envelope(Kind.Id), "call-1", TimeSpan.FromMinutes(1)), Token);
            var (word, failure) = outcome switch
            {
                LiveOutcome.Refused refused => ("refused", refused.Failure),
                LiveOutcome.Uncertain uncertain => ("uncertain", uncertain.Failure),
                _ => ("answered", (ProviderFailure?)null),
            };
            var expect = row!["expect"]!;
            string[] differences =
            [
                .. expect["outcome"] is { } wanted && (string?)wanted != word ? (string[])[$"expected {wanted}, was {word} ({failure})"] : [],
                .. PageCase.Differences(expect["cause"]!.AsArray(), failure),
                .. expect["retryAfterSeconds"] is { } wait && failure?.RetryAfter?.TotalSeconds != (double)wait! ? (string[])[$"expected to wait {wait} s, was {failure?.RetryAfter}"] : [],
            ];
            found.AddRange(differences.Select(difference => $"{row["name"]}: {difference}"));
        }

        return found;
    });

    private PageSubject Subject(PageServer server) => new(Kind, Connection, server);

    private async Task EachAsync(string kind, Func<PageCase, Task<IEnumerable<string>>> differences)
    {
        var found = new List<string>();
        foreach (var file in Directory.GetFiles(Folder, "*.json").Where(file => IsOf(kind, Path.GetFileNameWithoutExtension(file))).Order(StringComparer.Ordinal))
        {
            var one = PageCase.Read(file);
            try
            {
                found.AddRange((await differences(one)).Select(difference => $"{one.Name}: {difference}"));
            }
            catch (Exception e) when (e is InvalidOperationException or ProviderException or System.Text.Json.JsonException)
            {
                // One case that cannot be run at all must not hide the others.
                found.Add($"{one.Name}: {e}");
            }
        }

        Assert.True(found.Count == 0, $"{found.Count} differences\n{string.Join('\n', found)}");
    }

    // A kind is the first word of a file's name; batch-with-tools is a batch, and phases are of one file.
    private static bool IsOf(string kind, string file) => file == kind || file.StartsWith(kind + "-", StringComparison.Ordinal);
}
