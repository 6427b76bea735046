using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

/// <summary>What of it is about batches.</summary>
public abstract partial class PageConformance
{
    private const string Key = "p-0198-job42";

    [Fact]
    public Task The_batches_of_the_page_are_made() => EachAsync("batch", async one =>
    {
        var server = new PageServer().With(one.List("calls"));
        using var subject = Subject(server);
        if ((bool?)one.Root["taken"] == false)
        {
            return one.List("items").Where(item => subject.Batches.MeasureLine(one.Envelope(Kind.Id, item: item)) is not null).Select(item => $"{item!["customId"]} is taken");
        }

        var (_, outcome) = await subject.SubmitAsync(one, Key, Token);

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
            await subject.SubmitAsync(one, Key, Token);
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

    [Fact]
    public Task The_lost_batches_of_the_page_are_found() => EachAsync("orphans", async one =>
    {
        var found = new List<string>();
        var server = new PageServer();
        using var subject = Subject(server);
        StagedInput? lost = null;
        foreach (var key in one.List("submissions"))
        {
            server.With(one.Staging(server.Submissions.Count + 1));
            var (staged, outcome) = await subject.SubmitAsync(one, (string)key!, Token);
            found.AddRange([.. outcome is CreateOutcome.Accepted ? (string[])[] : [$"{key}: {outcome}"], .. server.Differences()]);
            server.Submissions.Add([.. server.Answered]);
            lost ??= staged;
        }

        server.With(one.List("calls"));
        var candidates = await subject.Batches.FindAsync(one.Search((string)one.List("submissions")[0]!, lost!), Token);

        return
        [
            .. found,
            .. server.Differences(),
            .. server.Answered.Count == 0 ? (string[])["nobody was asked"] : [],
            .. PageExpectation.Differences(one.Found(server), PageCase.Words(candidates), "/found"),
        ];
    });
}
