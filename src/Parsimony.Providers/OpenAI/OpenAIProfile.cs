using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>A provider that speaks OpenAI's words, with what it does its own way. The facts stand beside each profile.</summary>
internal sealed record OpenAIProfile
{
    /// <summary>Which provider.</summary>
    public required ProviderId Id { get; init; }

    /// <summary>The name of OpenTelemetry's GenAI conventions, as <see cref="Microsoft.Extensions.AI.ChatClientMetadata"/> carries it.</summary>
    public required string TelemetryName { get; init; }

    /// <summary>Base address of the calls; null when it must be configured.</summary>
    public Uri? Address { get; init; }

    /// <summary>What follows the configured address in every call's path; empty when the address is the whole of it.</summary>
    public string Root { get; init; } = "";

    /// <summary>The header the key goes in; null for <c>Authorization: Bearer</c>.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>Whether there is no calling without a key.</summary>
    public bool NeedsKey { get; init; } = true;

    /// <summary>What it can do.</summary>
    public required ProviderCapabilities Capabilities { get; init; }

    /// <summary>How a chat request is said.</summary>
    public OpenAIChatHabits Chat { get; init; } = OpenAIChatHabits.Default;

    /// <summary>How its errors read.</summary>
    public IErrorReader Errors { get; init; } = OpenAIErrorReader.Instance;

    /// <summary>Whether the output count of a chat completion leaves reasoning out.</summary>
    public bool CountsReasoningApart { get; init; }

    /// <summary>What an answer's body says was charged for it, in USD; null when it says nothing.</summary>
    public Func<JsonElement, decimal?> ReportedUsd { get; init; } = static _ => null;

    /// <summary>OpenAI's files and batches, where they are served; null for providers with another batch API, or none.</summary>
    public OpenAIBatchProfile? Batches { get; init; }

    /// <summary>Makes a batch API that is not OpenAI's; null for none.</summary>
    public Func<OpenAIParts, IBatchBackend?>? OwnBatches { get; init; }

    /// <summary>The limits of <see cref="OwnBatches"/>; null where there are none.</summary>
    public BatchLimits? OwnBatchLimits { get; init; }

    /// <summary>Its place in the list of providers.</summary>
    public ProviderKind Kind => new(Id, Batches?.Limits ?? OwnBatchLimits, (connection, http, clock) => new OpenAIProvider(connection, http, clock, this)) { NeedsKey = NeedsKey, SpeaksOpenAI = true };
}

/// <summary>What a batch back-end of a provider's own is made of.</summary>
/// <param name="Http">Makes the calls.</param>
/// <param name="Endpoint">Where they go.</param>
/// <param name="Renderer">Writes bodies.</param>
/// <param name="Connection">The account's limits and places.</param>
/// <param name="Profile">Whose.</param>
internal sealed record OpenAIParts(
    ProviderHttp Http, OpenAIEndpoint Endpoint, OpenAIRequestRenderer Renderer, ProviderConnection Connection, OpenAIProfile Profile);
