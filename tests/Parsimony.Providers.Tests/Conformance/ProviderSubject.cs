namespace Parsimony.Providers.Tests;

/// <summary>Whom a conformance run is about: how it is made, and what it can do.</summary>
/// <param name="Kind">The provider.</param>
/// <param name="Model">A chat model of its that the sandbox knows.</param>
public sealed record ProviderSubject(ProviderKind Kind, string Model)
{
    /// <summary>Its name in the sandbox.</summary>
    public string Twin { get; init; } = Kind.Id.Value.ToLowerInvariant();

    /// <summary>Whether its answers name the model that gave them.</summary>
    public bool NamesModel { get; init; } = true;

    /// <summary>Its place in a cloud, where it has one.</summary>
    public CloudPlace? Cloud { get; init; }

    /// <summary>Items of a batch; more where it takes no fewer.</summary>
    public int Items { get; init; } = 50;

    /// <summary>Whether input is uploaded before the batch is created.</summary>
    public bool IsStaged { get; init; } = true;

    /// <summary>Whether results are lines of a file, which can be cut, or broken, where pages of JSON are whole or not there.</summary>
    public bool HasResultFiles { get; init; } = true;

    /// <summary>Whether an item that never ran has a line that says so; where not, its line is missing.</summary>
    public bool ListsUnrun { get; init; } = true;

    /// <summary>Whether a batch that is being cancelled says so; where not, it says that it runs until it is cancelled.</summary>
    public bool ShowsCancelling { get; init; } = true;

    /// <summary>Whether a batch that was cancelled is gone, and with it what it had answered.</summary>
    public bool CancelDeletes { get; init; }
}
