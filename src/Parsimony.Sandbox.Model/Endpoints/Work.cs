using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>What is known of an answer only when it is given.</summary>
internal sealed record Reply(string Id, DateTimeOffset At, SandboxUsage Usage, bool Batch)
{
    /// <summary>The charge in pico-dollars; null where the sandbox has no price.</summary>
    public long? ChargePico { get; init; }

    /// <summary>OpenAI's <c>service_tier</c>.</summary>
    public string Tier { get; init; } = "default";
}

/// <summary>One event of a streamed answer; the name is null where the provider sends none.</summary>
internal readonly record struct StreamEvent(string? Name, byte[] Data);

/// <summary>A request understood: what it costs to answer, and how its answer is written. Bound to the request's JSON document.</summary>
internal sealed class Work
{
    /// <summary>Prompt and output for the cache and the bill; the fields only a caller knows are at their defaults.</summary>
    public required CacheQuestion Metered { get; init; }

    public int Images { get; init; }

    /// <summary>The provider caches such prompts.</summary>
    public bool IsCached { get; init; } = true;

    public bool Streams { get; init; }

    public required Action<Utf8JsonWriter, Reply> Write { get; init; }

    public Func<Reply, IEnumerable<StreamEvent>> Events { get; init; } = static _ => [];
}

/// <summary>One API of a provider that answers questions, live or in a batch.</summary>
internal abstract class Endpoint
{
    public abstract string Provider { get; }

    public abstract string Path { get; }

    public abstract string Operation { get; }

    public abstract string IdPrefix { get; }

    /// <summary>Null when the body can be answered.</summary>
    public abstract Refusal? Check(JsonElement body, bool batch);

    /// <summary>Answers a body that <see cref="Check"/> let pass.</summary>
    public abstract Work Answer(JsonElement body, int ordinal, ulong seed);

    /// <summary>A streamed answer as it goes on the wire: server-sent events, where the provider has no other way.</summary>
    public virtual SandboxResponse Stream(IEnumerable<StreamEvent> events) => Exit.Events(events);
}
