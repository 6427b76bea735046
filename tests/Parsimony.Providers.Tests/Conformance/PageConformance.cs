using System.Buffers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Tests;

/// <summary>A provider against the cases written from its pages alone (<c>tests/golden/from-the-page.md</c>), by its public face alone.</summary>
public abstract class PageConformance
{
    private static readonly string[] Kinds = ["request", "response", "stream", "errors", "batch", "results", "phases"];

    /// <summary>Which provider.</summary>
    protected abstract ProviderKind Kind { get; }

    /// <summary>How the cases say it is reached.</summary>
    protected virtual ProviderConnection Connection { get; } = new() { ApiKey = "key-inv" };

    private string Folder => Path.Combine(
        Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "golden")).Single(folder => Path.GetFileName(folder).Equals(Kind.Id.Value, StringComparison.OrdinalIgnoreCase)),
        "from-the-page");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_kind_of_case_is_there_or_the_folder_says_why_not()
    {
        var files = Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).ToList();

        Assert.All(Kinds, kind => Assert.True(
            files.Exists(file => IsOf(kind, file)) != File.Exists(Path.Combine(Folder, $"no-{kind}.md")), $"{kind}: either cases, or a file no-{kind}.md"));
        Assert.All(files, file => Assert.True(Array.Exists(Kinds, kind => IsOf(kind, file)), $"{file} is of no kind"));
        Assert.True(File.Exists(Path.Combine(Folder, "README.md")));
    }

    [Fact]
    public Task The_requests_of_the_page_are_sent() => EachAsync("request", async one =>
    {
        var server = new PageServer { Always = _ => new HttpResponseMessage(System.Net.HttpStatusCode.InternalServerError) { Content = new StringContent("{}") } };
        using var subject = Subject(server);
        var (envelope, cache) = (one.Envelope(Kind.Id), PageCase.Cache(one.Root));

        var outcome = await subject.Provider.SendAsync(new LiveCall(envelope, "call-1", TimeSpan.FromMinutes(1)) { Cache = cache }, Token);

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

    [Fact]
    public Task The_batches_of_the_page_are_made() => EachAsync("batch", async one =>
    {
        var server = new PageServer().With(one.List("calls"));
        using var subject = Subject(server);

        var outcome = await subject.SubmitAsync(one, Token);

        var id = (outcome as CreateOutcome.Accepted)?.ProviderBatchId;
        return
        [
            .. id is null ? (string[])[$"{outcome}"] : [],
            .. one.Root["batchId"] is { } wanted && (string?)wanted != id ? (string[])[$"batch id: expected {wanted}, was {id}"] : [],
            .. server.Differences(),
            .. PageExpectation.Nearest(one.List("lines"), new JsonArray([.. server.Lines.Select(line => line?.DeepClone())]), "/lines"),
        ];
    });

    [Fact]
    public Task The_results_of_the_page_are_read() => EachAsync("results", async one =>
    {
        var found = new List<string>();
        var server = new PageServer().With(one.List("staging"));
        using var subject = Subject(server);
        if (one.List("items").Count > 0)
        {
            await subject.SubmitAsync(one, Token);
        }

        var id = (string)one.Root["batchId"]!;
        if (one.Root["cancel"] is { } cancel)
        {
            server.With(cancel is JsonArray several ? several : [cancel.DeepClone()]);
            var failure = await subject.Batches.CancelAsync(id, Token);
            found.AddRange([.. failure is null ? (string[])[] : [$"cancel: {failure}"], .. server.Differences()]);
        }

        server.With(one.List("calls"));
        if (await subject.Batches.PollAsync(id, Token) is not PollOutcome.Seen { Snapshot: var seen })
        {
            return [.. found, "the batch was not seen", .. server.Differences()];
        }

        found.AddRange(PageExpectation.Fits(one.Expect["phase"], seen.Phase.ToString()) ? [] : [$"phase: expected {one.Expect["phase"]}, was {seen.Phase}"]);
        if (seen.Phase == BatchPhase.Rejected)
        {
            return
            [
                .. found,
                .. PageCase.Differences(one.Expect["rejection"]?.AsArray() ?? [], seen.Rejection),
                .. one.Expect["line"] is { } line && (long)line != seen.Rejection?.Line ? (string[])[$"line: expected {line}, was {seen.Rejection?.Line}"] : [],
            ];
        }

        var lines = await subject.Batches.ReadResultsAsync(seen, Token).OrderBy(line => line.CustomId, StringComparer.Ordinal).ToListAsync(Token);
        return [.. found, .. one.Differences(lines, subject.Provider), .. server.Differences()];
    });

    [Fact]
    public Task The_states_of_the_page_are_told_apart() => EachAsync("phases", async one =>
    {
        var found = new List<string>();
        foreach (var row in one.List("phases"))
        {
            var call = new JsonObject { ["method"] = "GET", ["url"] = one.Root["url"]!.DeepClone(), ["answer"] = new JsonObject { ["body"] = row!["answer"]!.DeepClone() } };
            var server = new PageServer().With([call, .. one.List("calls")]);
            using var subject = Subject(server);

            var outcome = await subject.Batches.PollAsync((string)one.Root["batchId"]!, Token);

            var phase = (outcome as PollOutcome.Seen)?.Snapshot.Phase.ToString() ?? $"{outcome}";
            found.AddRange(server.Unknown);
            if (!PageExpectation.Fits(row["phase"], phase))
            {
                found.Add($"expected {row["phase"]!.ToJsonString()}, was {phase} for {row["answer"]!.ToJsonString()[..200]}");
            }
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
