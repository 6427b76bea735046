namespace Parsimony.Engine;

/// <summary>What is one request's own of its decision, as whole numbers: instants as distances, which neighbours share.</summary>
/// <param name="Sequence">The request's row number.</param>
/// <param name="At">When it was decided, in ticks of UTC.</param>
/// <param name="MeanInput">Likely input tokens.</param>
/// <param name="Output">The limit on output tokens, how many answers, and how much output was likely.</param>
/// <param name="Room">Ticks from the decision to the deadline.</param>
/// <param name="Leaves">Ticks from the deadline, or where there is none the decision, to when an item leaves its batch.</param>
/// <param name="Expected">The expected cost, see <see cref="StoredDecision.Keep"/>.</param>
/// <param name="Cache">What a prompt cache would have done.</param>
internal readonly record struct PackedDecision(
    long Sequence, long At, long? MeanInput, (long? Max, int Choices, long? Expected) Output, long? Room, long? Leaves, long? Expected, CacheOutlook? Cache)
{
    /// <summary>What the first one is compared with.</summary>
    internal static PackedDecision Before(long first) => new(first - 1, 0, null, (null, 1, null), null, null, null, null);

    internal static PackedDecision Of(long sequence, PlannedDecision decision, DateTimeOffset? escalateAt)
    {
        var input = decision.Input;
        return new PackedDecision(
            sequence,
            input.At.UtcTicks,
            input.MeanInput,
            (input.MaxOutput, input.Choices, input.ExpectedOutput),
            (input.Deadline - input.At)?.Ticks,
            (escalateAt - (input.Deadline ?? input.At))?.Ticks,
            StoredDecision.Keep(decision.ExpectedUsd),
            input.Cache);
    }

    /// <summary>The decision, with what its row says of all in it.</summary>
    internal StoredDecision Resolve(DecisionRow row, string reason)
    {
        var at = new DateTimeOffset(At, TimeSpan.Zero);
        var input = new DecisionInput
        {
            At = at,
            Deadline = Room is { } room ? at.AddTicks(room) : null,
            MeanInput = MeanInput,
            MaxOutput = Output.Max,
            Choices = Output.Choices,
            ExpectedOutput = Output.Expected,
            Cache = Cache,
        };
        return new StoredDecision
        {
            Context = row.Context,
            Text = row.Text,
            Input = input,
            Route = row.Route,
            Reason = reason,
            EscalateAt = Leaves is { } leaves ? (input.Deadline ?? at).AddTicks(leaves) : null,
            ExpectedUsd = StoredDecision.Unkeep(Expected),
        };
    }
}
