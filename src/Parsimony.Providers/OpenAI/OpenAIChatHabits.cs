namespace Parsimony.Providers;

/// <summary>How a provider wants the members of a chat completion that not all of them name alike.</summary>
internal sealed record OpenAIChatHabits
{
    /// <summary>OpenAI's own.</summary>
    public static OpenAIChatHabits OpenAI { get; } = new()
    {
        LimitName = "max_completion_tokens",
        TakesFiles = true,
        TakesAudio = true,
        TakesBreakpoints = true,
        RoutingMember = "prompt_cache_key",
        TakesNames = true,
    };

    /// <summary>What most who speak OpenAI's words understand.</summary>
    public static OpenAIChatHabits Default { get; } = new();

    /// <summary>The output limit of a model nothing is known of; a model known to want <c>max_tokens</c> or <c>max_completion_tokens</c> gets that.</summary>
    public string LimitName { get; init; } = "max_tokens";

    /// <summary>The seed's member.</summary>
    public string SeedName { get; init; } = "seed";

    /// <summary>The word that makes some tool be called.</summary>
    public string RequiredTool { get; init; } = "required";

    /// <summary>Whether <c>top_k</c> is taken.</summary>
    public bool TakesTopK { get; init; }

    /// <summary>Whether a speaker's name is taken.</summary>
    public bool TakesNames { get; init; }

    /// <summary>Whether sampling penalties are taken.</summary>
    public bool TakesPenalties { get; init; } = true;

    /// <summary>Whether <c>reasoning_effort</c> is taken by models nothing is known of.</summary>
    public bool TakesReasoningEffort { get; init; } = true;

    /// <summary>Whether PDF documents are taken as <c>file</c> parts.</summary>
    public bool TakesFiles { get; init; }

    /// <summary>Whether PDF documents are taken as <c>document_url</c> parts, by address or as data.</summary>
    public bool TakesDocumentLinks { get; init; }

    /// <summary>Whether sound is taken as <c>input_audio</c> parts.</summary>
    public bool TakesAudio { get; init; }

    /// <summary>Whether pictures are taken as addresses, not only as data.</summary>
    public bool TakesLinks { get; init; } = true;

    /// <summary>Whether models that are new enough take explicit cache breakpoints.</summary>
    public bool TakesBreakpoints { get; init; }

    /// <summary>The member that keeps a prefix on one machine; null for none.</summary>
    public string? RoutingMember { get; init; }

    /// <summary>The header that keeps a prefix on one machine; null for none.</summary>
    public string? RoutingHeader { get; init; }

    /// <summary>The member that says how long an embedding is to be.</summary>
    public string DimensionsName { get; init; } = "dimensions";

    /// <summary>A model's name as it goes on the wire.</summary>
    public Func<string, string> ModelName { get; init; } = static name => name;

    /// <summary>A tool call's id as the provider takes it; an id of its own comes back unchanged.</summary>
    public Func<string, string> CallId { get; init; } = static id => id;

    /// <summary>Whether a stream must be asked for its usage.</summary>
    public bool AsksForStreamUsage { get; init; } = true;
}
