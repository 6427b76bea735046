using System.Runtime.InteropServices;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Moves every batch to where it stands at an instant. Nothing runs by itself: whoever asks brings the time, and what happened since is done
/// then, one event after the other in the order of their times over all batches, so two runs with the same calls see the same world.
/// </summary>
internal sealed class BatchEngine(WorldState state)
{
    private const int ItemsPerCommit = 1_000;

    private readonly List<BatchState> _active = [.. state.Batches.Where(b => !b.IsEnded)];

    public void Start(BatchState batch) => _active.Add(batch);

    public void Advance(DateTimeOffset now)
    {
        var steps = 0;
        while (Earliest(now) is { } next)
        {
            Step(next.Batch, next.At);
            if (next.Batch.IsEnded)
                _active.Remove(next.Batch);
            if (++steps % ItemsPerCommit == 0)
                state.Commit();
        }

        if (steps > 0)
            state.Commit();
    }

    /// <summary>The requests are known: from here on they are worked off.</summary>
    public void Begin(BatchState batch, DateTimeOffset at)
    {
        batch.Phase = BatchPhase.InProgress;
        batch.InProgressAt = at;
        batch.PacedFrom = 0;
        batch.PacedCount = batch.Count;
        if (batch.StuckFraction is { } stuck)
            batch.StopsAfter = (int)(batch.Count * stuck);
        if (batch.ExpiresFraction is { } fraction)
        {
            var done = Math.Min(batch.Count, (int)Math.Ceiling(batch.Count * fraction));
            batch.StopsAfter = done;
            batch.ForcedExpiry = batch.ExpiresAfter is { } after ? batch.CreatedAt + after : done == 0 ? at : BatchPace.Due(batch, done - 1, Jitter(batch, done - 1));
            if (batch.ForcedExpiry < batch.PacedEnd && batch.ExpiresAfter is not null)
            {
                batch.PacedCount = Math.Max(1, done);
                batch.PacedEnd = batch.ForcedExpiry.Value;
            }
        }

        state.Note(batch);
    }

    /// <summary>Cancels; what is under way goes on until <paramref name="ends"/>.</summary>
    public void Cancel(BatchState batch, DateTimeOffset now, DateTimeOffset ends, bool finishesSome)
    {
        batch.Phase = BatchPhase.Cancelling;
        batch.CancellingAt = now;
        batch.PhaseEnds = ends;
        var left = batch.Count - batch.Done.Count;
        if (finishesSome && left > 0)
        {
            // A third of what is left still finishes while the cancel takes its time.
            batch.PacedFrom = batch.Done.Count;
            batch.PacedCount = Math.Max(1, left / 3);
            batch.StopsAfter = batch.PacedFrom + batch.PacedCount;
            batch.PacedStart = now;
            batch.PacedEnd = ends;
        }

        state.Note(batch);
    }

    private (BatchState Batch, DateTimeOffset At)? Earliest(DateTimeOffset now)
    {
        (BatchState Batch, DateTimeOffset At)? first = null;
        foreach (var batch in _active)
        {
            var at = NextEvent(batch);
            if (at <= now && (first is null || at < first.Value.At))
                first = (batch, at);
        }

        return first;
    }

    private double Jitter(BatchState batch, int index) => StableHash.Fraction(state.Chance(batch.Id, index));

    private DateTimeOffset? NextItem(BatchState batch)
    {
        var next = batch.Done.Count;
        return next < (batch.StopsAfter ?? batch.Count) ? BatchPace.Due(batch, next, Jitter(batch, next)) : null;
    }

    private DateTimeOffset NextEvent(BatchState batch) => batch.Phase switch
    {
        BatchPhase.Validating => batch.ValidatedAt,
        BatchPhase.InProgress => Earlier(NextItem(batch), batch.ForcedExpiry ?? batch.ExpiresAt),
        BatchPhase.Cancelling => Earlier(NextItem(batch), batch.PhaseEnds),
        _ => batch.PhaseEnds,
    };

    private static DateTimeOffset Earlier(DateTimeOffset? item, DateTimeOffset end) => item is { } at && at <= end ? at : end;

    private void Step(BatchState batch, DateTimeOffset at)
    {
        switch (batch.Phase)
        {
            case BatchPhase.Validating:
                Validate(batch, at);
                break;
            case BatchPhase.InProgress when NextItem(batch) is { } due && due <= at:
                Process(batch, at);
                if (batch.Done.Count == batch.Count && batch.ForcedExpiry is null)
                    Finish(batch, at);
                break;
            case BatchPhase.InProgress:
                End(batch, BatchPhase.Expired, at);
                break;
            case BatchPhase.Cancelling when NextItem(batch) is { } due && due <= at:
                Process(batch, at);
                break;
            case BatchPhase.Cancelling:
                End(batch, BatchPhase.Cancelled, at);
                break;
            case BatchPhase.Finalizing:
                End(batch, BatchPhase.Completed, at);
                break;
            default:
                throw new InvalidOperationException($"Nothing happens to a batch in phase {batch.Phase}.");
        }
    }

    private void Validate(BatchState batch, DateTimeOffset at)
    {
        if (batch.Content is not { } content)
        {
            Reject(batch, [new BatchError("invalid_input_file", "The input file is gone.", null, null)], at);
            return;
        }

        var habits = Twins.HabitsOf(batch.Provider);
        var found = habits.Validate(batch, content);
        batch.Model = found.Model;
        var queued = _active.Where(b => b != batch && b.Model == batch.Model && b.Provider == batch.Provider).Sum(b => b.QueuedTokens);
        var most = habits.QueueTokens(state.Options);
        if (found.Errors.Count > 0)
        {
            Reject(batch, found.Errors, at);
        }
        else if (batch.OverQueue || queued + found.PromptTokens > most)
        {
            Reject(
                batch,
                [new BatchError("token_limit_exceeded", $"Enqueued token limit reached for {batch.Model}. Limit: {most} enqueued tokens. Please try again once some in_progress batches have been completed.", null, null)],
                at);
        }
        else
        {
            batch.Items = found.Items;
            batch.Count = found.Items.Count;
            batch.QueuedTokens = found.PromptTokens;
            Begin(batch, at);
        }
    }

    private void Reject(BatchState batch, List<BatchError> errors, DateTimeOffset at)
    {
        batch.Errors = errors;
        batch.Phase = BatchPhase.Failed;
        batch.EndedAt = at;
        state.Note(batch);
    }

    private void Process(BatchState batch, DateTimeOffset at)
    {
        var index = batch.Done.Count;
        var reader = batch.Reader ??= new ContentReader(batch.Content ?? throw new InvalidOperationException("A batch under way has lost its content."));
        var id = BatchItems.Of(batch)[index].CustomId;
        var endpoint = BatchItems.EndpointOf(batch);
        var (end, ordinal, billed) = (ItemEnd.ServerError, 0, 0L);
        if (batch.AllFail || state.Faults.Strike(FaultName.RefuseItem, batch.Provider, Operation.BatchCreate, id) is not null)
        {
            end = ItemEnd.Refused;
        }
        else if (state.Faults.Strike(FaultName.ItemServerError, batch.Provider, Operation.BatchCreate, id) is null)
        {
            var body = BatchItems.Body(batch, reader, index);
            var whole = body;
            end = BatchItems.Check(state, batch, at, ref whole) is null ? ItemEnd.Succeeded : ItemEnd.Invalid;
            if (end == ItemEnd.Succeeded)
            {
                ordinal = state.NextOrdinal(endpoint, JsonMarshal.GetRawUtf8Value(body));
                var work = endpoint.Answer(whole, ordinal, state.Options.Seed);
                billed = state.Charge(endpoint, work, batch, id, batch.Scope, TimeSpan.Zero, at).Number;
            }
        }

        state.Note(batch, new DoneItem { Batch = batch.Number, Index = index, End = end, Ordinal = ordinal, At = at, Billed = billed });
    }

    private void Finish(BatchState batch, DateTimeOffset at)
    {
        if (!Twins.HabitsOf(batch.Provider).Finalizes)
        {
            End(batch, BatchPhase.Completed, at);
            return;
        }

        batch.Phase = BatchPhase.Finalizing;
        batch.FinalizingAt = at;
        batch.PhaseEnds = at + ((batch.PacedEnd - batch.CreatedAt) / 20);
        state.Note(batch);
    }

    private void End(BatchState batch, BatchPhase phase, DateTimeOffset at)
    {
        batch.Phase = phase;
        batch.EndedAt = at;
        batch.Reader = null;
        state.Note(batch);
        Twins.HabitsOf(batch.Provider).Ended(state, batch, at);
    }
}
