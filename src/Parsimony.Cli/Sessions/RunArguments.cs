using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>The command line of a run.</summary>
internal sealed record RunArguments
{
    public required string Input { get; init; }

    public string IdField { get; init; } = "id";

    public string? Model { get; init; }

    public string? Prompt { get; init; }

    public string? System { get; init; }

    public string? Schema { get; init; }

    public string? Deadline { get; init; }

    public RequestPriority? Priority { get; init; }

    public DataConstraints Constraints { get; init; } = DataConstraints.None;

    public int Samples { get; init; } = 1;

    public int? SampleFirst { get; init; }

    public string? Out { get; init; }

    public string? Name { get; init; }

    public decimal? MaxCostUsd { get; init; }

    public int? MaxOutputTokens { get; init; }

    public bool KeepGoing { get; init; }

    public bool AllowUnpriced { get; init; }

    public PriceList Prices { get; init; } = PriceList.Default;

    public bool Yes { get; init; }

    public RequestDimensions Dimensions { get; init; } = new(Component: "run");

    /// <summary>Chat, unless the model is one of embeddings.</summary>
    public EndpointKind Kind => Model?.Contains("embedding", StringComparison.OrdinalIgnoreCase) == true ? EndpointKind.Embeddings : EndpointKind.Chat;
}
