using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>What of a batch is its provider's own way. Stateless: the world comes as an argument.</summary>
internal abstract class BatchHabits
{
    /// <summary>Whether results are put together after the last request, and the batch ends a little later.</summary>
    public virtual bool Finalizes => true;

    /// <summary>Prompt tokens that may wait per model; <see cref="long.MaxValue"/> for no limit.</summary>
    public virtual long QueueTokens(SandboxOptions options) => long.MaxValue;

    /// <summary>Finds a batch's requests in its content.</summary>
    public abstract IReadOnlyList<BatchItem> Find(BatchState batch, Content content);

    /// <summary>The question in one request.</summary>
    public abstract JsonElement Body(BatchState batch, JsonElement item);

    /// <summary>Puts what a request only names, such as an explicit cache, into its body; null when that is done or nothing is named.</summary>
    /// <param name="state">The world.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="at">When the request is, or was, worked off.</param>
    /// <param name="body">The question, and then the whole.</param>
    public virtual Refusal? Complete(WorldState state, BatchState batch, DateTimeOffset at, ref JsonElement body) => null;

    /// <summary>What the validation after the create finds; not asked for a batch that was checked while it was created.</summary>
    public virtual BatchCheck Validate(BatchState batch, Content content) => new(Find(batch, content), [], batch.Model, 0);

    /// <summary>Does what is done when a batch ends, such as putting result files where they are fetched.</summary>
    public virtual void Ended(WorldState state, BatchState batch, DateTimeOffset at)
    {
    }
}

/// <summary>What the validation of a batch's input found.</summary>
/// <param name="Items">The requests.</param>
/// <param name="Errors">Why it is rejected; none when it is fine.</param>
/// <param name="Model">The model of all lines, where there is one.</param>
/// <param name="PromptTokens">A rough count, as a queue limit needs one.</param>
internal sealed record BatchCheck(IReadOnlyList<BatchItem> Items, List<BatchError> Errors, string? Model, long PromptTokens);
