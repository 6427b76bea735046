using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>What a client's calls ask of the prompt cache, and over which explicit cache they are made. Changes neither messages nor options: works on copies. Thread safe.</summary>
/// <param name="caches">The planners.</param>
/// <param name="explicitCaches">Has calls made over explicit caches; null where none are.</param>
/// <param name="options">The client's settings.</param>
/// <param name="provider">Whose cache it is.</param>
/// <param name="owner">The provider, where the client is this library's own.</param>
/// <param name="model">The model of a call that names none.</param>
internal sealed class CallPlanner(
    PromptCacheAdvisor caches, ExplicitCaching? explicitCaches, PromptCachingOptions options, ProviderId provider, IProvider? owner, string? model)
{
    private readonly string _credential = options.Credential ?? owner?.CredentialName ?? "default";

    /// <summary>The call as it is to be sent. Waits while another call writes a beginning of its prompt, or a cache is made for it, as long as its deadline leaves time.</summary>
    /// <exception cref="NotStorableException">The call has something in it that no request can say.</exception>
    public async ValueTask<PlannedCall> PlanAsync(IReadOnlyCollection<ChatMessage> messages, ChatOptions? asked, CancellationToken cancellationToken)
    {
        var plain = new PlannedCall(messages, asked);
        if ((asked?.ModelId ?? model) is not { } name)
        {
            return plain with { LeftBecause = "no model is named" };
        }

        // What is only fetched is no call, and of a conversation the provider keeps the prompt is not known.
        if (asked?.ContinuationToken is not null || (owner is null && asked?.ConversationId is not null))
        {
            return plain;
        }

        var hasFactory = asked?.RawRepresentationFactory is not null;
        var request = ChatRequestConversions.FromMessages(messages, hasFactory ? WithoutFactory(asked) : asked);
        var envelope = request.ToEnvelope(new ModelId(provider, name));
        if (Terms(request, envelope) is not { } terms)
        {
            return plain;
        }

        var isCallersOwn = hasFactory || asked?.GetCacheControl() is not null || IsMarked(messages, asked) || CallersMarks.AreIn(envelope);
        var patience = caches.PatienceOf(asked?.GetDeadline(), options.Patience);
        var advice = await caches.AdviseAsync(new CacheQuestion
        {
            Envelope = envelope,
            Credential = _credential,
            Workload = new PrefixWorkload(envelope.Model, options.Workload ?? ""),
            Terms = terms,
            Hint = asked?.GetReuse(),
            IsToolLoop = IsToolLoop(request, asked),
            IsCallersOwn = isCallersOwn || (owner is null && options.Mark is null),
            Patience = patience,
        }, cancellationToken).ConfigureAwait(false);
        if (advice is null)
        {
            return plain with { LeftBecause = "the model's cache rules or prices are not known, or caching is switched off" };
        }

        try
        {
            var held = explicitCaches is null || owner is null || isCallersOwn ? null
                : await explicitCaches.AskAsync(owner, envelope, options.Dimensions.ProfileOf(envelope.Model), advice, patience, cancellationToken).ConfigureAwait(false);
            return Asking(plain with { Advice = advice, Held = held }, request.Tools.Count);
        }
        catch
        {
            // Others would wait for what this call does not write.
            advice.Dispose();
            throw;
        }
    }

    /// <summary>The call with what it asks.</summary>
    private PlannedCall Asking(PlannedCall call, int tools)
    {
        if (call.Advice is not { Control: { IsNone: false } control })
        {
            return call;
        }

        if (owner is not null)
        {
            return call with { Options = (call.Options?.Clone() ?? new ChatOptions()).WithCacheControl(control) };
        }

        if (options.Mark is not { } mark || control.Marks.Count == 0)
        {
            return call;
        }

        var (marked, changed) = MarkedCopies.Of(call.Messages, call.Options, control.Marks, tools, mark);
        return call with { Messages = marked, Options = changed };
    }

    private CacheTerms? Terms(ChatRequest request, Envelope envelope)
    {
        if (options.Configuration is not { } configuration)
        {
            return options.Terms;
        }

        var settings = options.Workload is { } workload && configuration.Workloads.TryGetValue(workload, out var own)
            ? configuration.For(workload, own.RolloutPercentage < 100 ? Conversation(request, envelope.Model) : "")
            : configuration;
        return CacheTerms.Of(settings, isOptIn: true);
    }

    /// <summary>The same for all calls of a conversation: what it begins with, up to the first thing its user said.</summary>
    private static string Conversation(ChatRequest request, ModelId model)
    {
        var first = request.Turns.TakeWhile(turn => turn.Role != ChatTurnRole.User).Count() + 1;
        return Fingerprinter.Of(new ChatRequest { Turns = [.. request.Turns.Take(first)] }.ToEnvelope(model)).ToString();
    }

    // Functions that can be invoked are there for somebody outside to invoke, and to come back with the result.
    private static bool IsToolLoop(ChatRequest request, ChatOptions? options) =>
        request.Turns is [.., { Role: ChatTurnRole.Tool }]
        || (request.ToolMode != "none" && options?.Tools?.Any(tool => tool is AIFunction) == true);

    private static bool IsMarked(IReadOnlyCollection<ChatMessage> messages, ChatOptions? options) =>
        messages.Any(message => Has(message.AdditionalProperties) || message.Contents.Any(content => Has(content.AdditionalProperties)))
        || options?.Tools?.Any(tool => tool.AdditionalProperties.Keys.Any(IsMark)) == true;

    private static bool Has(AdditionalPropertiesDictionary? properties) => properties is { Count: > 0 } && properties.Keys.Any(IsMark);

    // anthropic:cache_control on contents, CacheControl on tools, CachePoint of Bedrock's clients.
    private static bool IsMark(string name) =>
        name.Contains("cache_control", StringComparison.OrdinalIgnoreCase) || name.Contains("CacheControl", StringComparison.OrdinalIgnoreCase)
        || name.Contains("CachePoint", StringComparison.OrdinalIgnoreCase);

    private static ChatOptions? WithoutFactory(ChatOptions? options)
    {
        var plain = options?.Clone();
        if (plain is not null)
        {
            plain.RawRepresentationFactory = null;
        }

        return plain;
    }
}
