using System.Globalization;

namespace Parsimony.Cli;

/// <summary>A beam search over pictures: candidates are written, made, looked at and ranked; the best are criticised and refined, some times over.</summary>
/// <param name="Candidates">Candidates of an iteration.</param>
/// <param name="Kept">Those kept of them.</param>
/// <param name="Iterations">How often.</param>
/// <param name="Votes">Answers to each question where an ensemble votes.</param>
/// <param name="Sessions">Sessions a year.</param>
internal sealed record ImageSession(long Candidates, long Kept, long Iterations, long Votes, long Sessions)
{
    public const string Name = "image-session";

    /// <summary>What the documents take a call to cost, USD: 45 of them are 6.75.</summary>
    public const decimal StatedCallUsd = 0.15m;

    /// <summary>As the documents have it.</summary>
    public static ImageSession Stated { get; } = new(9, 3, 3, 3, 1_000);

    private long Language => Candidates + (Kept * Iterations);

    private long Vision => Candidates * Iterations;

    private long Pairs => Candidates * (Candidates - 1) / 2 * Iterations;

    /// <summary>Computes it.</summary>
    /// <param name="model">Whose prices count.</param>
    /// <param name="live">What a live call costs, USD.</param>
    /// <param name="batch">What the same call costs in a batch, USD.</param>
    /// <param name="isStated">Whether the documents' figures are meant.</param>
    /// <param name="assumed">What a call is taken to be, in words.</param>
    public ScenarioReport Compute(ModelId model, decimal live, decimal batch, bool isStated, string assumed)
    {
        decimal? Said(decimal usd) => isStated ? usd : null;
        var calls = Language + Vision;
        return new ScenarioReport
        {
            Name = Name,
            Model = model,
            Assumed = string.Create(CultureInfo.InvariantCulture, $"{Candidates:N0} candidates, {Kept:N0} kept, {Iterations:N0} iterations; {assumed}"),
            Sections =
            [
                new("calls", "Calls of a session", ScenarioUnit.Calls,
                [
                    new("expand", "language: write a candidate's prompt, first iteration", Candidates),
                    new("refine", "language: criticise a kept one and write its successors", Kept * Iterations) { Note = "each iteration; the last one's say what could still be better" },
                    new("score", "vision: look at a candidate and score it", Vision) { Note = "each iteration" },
                    new("language", "language, together", Language) { Stated = Said(18) },
                    new("vision", "vision, together", Vision) { Stated = Said(27) },
                    new("all", "together", calls) { Stated = Said(45) },
                ]),
                new("apart", "Apart from these", ScenarioUnit.Calls,
                [
                    new("images", "pictures made", Vision) { Note = "priced by the picture, not counted above" },
                    new("pairwise", "vision calls of ranking every pair", Pairs) { Note = "more than the table has room for" },
                ]),
                new("session", "USD a session", ScenarioUnit.Usd,
                [
                    new("live", "live", calls * live) { Stated = Said(6.75m) },
                    new("batch", "in batches", calls * batch) { Stated = Said(3.38m) },
                    new("ensemble_live", Times("live"), Votes * calls * live) { Stated = Said(20.25m) },
                    new("ensemble_batch", Times("in batches"), Votes * calls * batch) { Stated = Said(10.13m) },
                    new("pairwise_live", "live, every pair ranked", (calls + Pairs) * live),
                    new("pairwise_batch", "in batches, every pair ranked", (calls + Pairs) * batch),
                ]),
                new("year", string.Create(CultureInfo.InvariantCulture, $"USD a year, {Sessions:N0} sessions with the ensemble"), ScenarioUnit.Usd,
                [
                    new("ensemble_live", "live", Sessions * Votes * calls * live) { Stated = Said(20_250m) },
                    new("ensemble_batch", "in batches", Sessions * Votes * calls * batch) { Stated = Said(10_125m) },
                ]),
            ],
            Remarks =
            [
                string.Create(CultureInfo.InvariantCulture, $"Scoring takes one look at each candidate. Ranking every pair of {Candidates:N0} would take {Pairs:N0} more vision calls a session; the documents' sum has no room for them."),
                string.Create(CultureInfo.InvariantCulture, $"Making the pictures ({Vision:N0} a session) is charged by the picture and is in none of these sums."),
                "A search whose next iteration waits for a batch takes as many batch times as it has iterations.",
            ],
        };
    }

    private string Times(string how) => string.Create(CultureInfo.InvariantCulture, $"{how}, {Votes:N0} votes each");
}
