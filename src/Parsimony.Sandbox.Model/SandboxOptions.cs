namespace Parsimony.Sandbox.Model;

/// <summary>What the simulated providers do; all times are sandbox time.</summary>
public sealed record SandboxOptions
{
    /// <summary>Decides every choice the providers make.</summary>
    /// <value>Default 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>Shortest time a batch takes.</summary>
    /// <value>Default 2 minutes.</value>
    public TimeSpan BatchDurationMin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time a batch takes.</summary>
    /// <value>Default 20 minutes; beyond 24 hours batches expire.</value>
    public TimeSpan BatchDurationMax { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Shortest time a live call takes.</summary>
    /// <value>Default 1 second.</value>
    public TimeSpan LiveLatencyMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time a live call takes.</summary>
    /// <value>Default 4 seconds.</value>
    public TimeSpan LiveLatencyMax { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>File the state is journalled to; uploaded contents lie in a folder beside it.</summary>
    /// <value>Default null: state lives in memory only.</value>
    public string? StateFile { get; init; }

    /// <summary>Requests need a key: any that is not empty and not "wrong-key".</summary>
    /// <value>Default true.</value>
    public bool RequireKey { get; init; } = true;

    /// <summary>Prompt tokens that may wait in OpenAI batches, per model.</summary>
    /// <value>Default 200,000,000.</value>
    public long OpenAIQueueTokens { get; init; } = 200_000_000;

    /// <summary>Requests that may wait in Anthropic batches.</summary>
    /// <value>Default 200,000, the Start tier (https://platform.claude.com/docs/en/api/rate-limits, read 2026-11-20).</value>
    public int AnthropicQueueRequests { get; init; } = 200_000;

    /// <summary>How long usage and cost reports lag behind the bill.</summary>
    /// <value>Default zero.</value>
    public TimeSpan ReportLag { get; init; }

    /// <summary>How far the providers' clocks run ahead of the sandbox clock; negative when behind.</summary>
    /// <value>Default zero.</value>
    public TimeSpan ClockSkew { get; init; }
}
