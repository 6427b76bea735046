namespace Parsimony.Engine;

/// <summary>A request as callers bring it: an envelope and what they want of it.</summary>
public sealed record IntakeRequest
{
    /// <summary>What is asked.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>The scope: a run's name, an idempotency owner, or something unique for a call nobody will repeat.</summary>
    public required string Scope { get; init; }

    /// <summary>The caller's own key in the scope; null to count equal requests instead.</summary>
    public string? CallerKey { get; init; }

    /// <summary>How many equal requests of this scope the caller counted before.</summary>
    public int Ordinal { get; init; }

    /// <summary>By when the answer must be there.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whether it is one of many.</summary>
    public bool IsBulk { get; init; }

    /// <summary>What may not be done with its data.</summary>
    public DataConstraints Constraints { get; init; } = DataConstraints.None;

    /// <summary>How soon it is wanted beside others of its tenant; null for what its workload's configuration says, else normal.</summary>
    public RequestPriority? Priority { get; init; }

    /// <summary>The credential to use; null for the provider's default one.</summary>
    public string? Credential { get; init; }

    /// <summary>Ledger dimensions and isolation.</summary>
    public RequestDimensions Dimensions { get; init; } = RequestDimensions.None;

    /// <summary>The envelope's fingerprint, where the caller computed it to count ordinals; null to have it computed.</summary>
    public Fingerprint? Fingerprint { get; init; }

    /// <summary>The fingerprint of its leading static part, where the caller has it from <see cref="Fingerprinter.Prefixes(Envelope, List{Fingerprint})"/>; null to have it computed.</summary>
    public Fingerprint? SharedPrefix { get; init; }
}

/// <summary>What was accepted for a chunk of a caller's items.</summary>
/// <param name="Items">The caller's items.</param>
/// <param name="Requests">The request of each of them, in their order.</param>
public sealed record AcceptedChunk<T>(IReadOnlyList<T> Items, IReadOnlyList<EnqueuedRequest> Requests);

/// <summary>What the ledger groups a request by, beyond model and route.</summary>
public sealed record RequestDimensions(string Tenant = "", string Component = "", string Agent = "", string Session = "", string Tags = "", string IsolationGroup = "", string Key = "")
{
    /// <summary>Nothing given.</summary>
    public static RequestDimensions None { get; } = new();

    /// <summary>The profile of a plain chat call of these dimensions.</summary>
    internal RequestProfile ProfileOf(ModelId model) => new()
    {
        Model = model,
        Kind = EndpointKind.Chat,
        Dialect = Dialect.Canonical,
        IsolationGroup = IsolationGroup,
        Tenant = Tenant,
        Key = Key,
        Component = Component,
        Agent = Agent,
        Session = Session,
        Tags = Tags,
    };
}
