namespace Parsimony.Sandbox.Model;

/// <summary>Makes the state of a batch whose input is an uploaded file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Endpoint">The endpoint of its requests.</param>
/// <param name="Input">The file.</param>
/// <param name="Window">After this long it ends, finished or not.</param>
internal sealed record BatchBirth(string Id, string Endpoint, StoredFile Input, TimeSpan Window)
{
    public DateTimeOffset? HiddenUntil { get; init; }

    public string? Metadata { get; init; }

    public Dictionary<string, string>? Notes { get; init; }

    public BatchState Make(WorldState state, Call call)
    {
        var number = state.Batches.Count + 1;
        var takes = WorldState.Between(state.Options.BatchDurationMin, state.Options.BatchDurationMax, state.Chance("duration", number));
        var faults = BatchFaults.Strike(state.Faults, call.Provider, call.Operation);
        return new BatchState
        {
            Number = number,
            Provider = call.Provider,
            Id = Id,
            Endpoint = Endpoint,
            InputFile = Input.Id,
            Content = Input.Content,
            ContentNumber = Input.ContentNumber,
            ContentLength = Input.ContentLength,
            Metadata = Metadata,
            Notes = Notes,
            Scope = call.Scope,
            Workspace = call.Workspace,
            CreatedAt = call.Now,
            ExpiresAt = call.Now + Window,
            Skew = call.Skew,
            HiddenUntil = HiddenUntil,
            Phase = BatchPhase.Validating,
            ValidatedAt = call.Now + (takes / 20),
            PacedStart = call.Now + (takes / 20),
            PacedEnd = call.Now + (takes * 0.95),
            StuckFraction = faults.StuckFraction,
            ExpiresFraction = faults.ExpiresFraction,
            ExpiresAfter = faults.ExpiresAfter,
            CountsLag = faults.CountsLag,
            AllFail = faults.AllFail,
        };
    }
}
