using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>What Google's two services have in common: calls that end in a verb, and explicit caches.</summary>
internal abstract class GoogleApi(WorldState state, BatchEngine engine, Twin twin, CacheNames names) : ProviderApi(state, engine, twin)
{
    private readonly CachedContents _caches = new(state, names);

    protected override Refusal? Complete(Call call, ref JsonElement body) =>
        call.Operation == Operation.ChatCreate ? CachedPrompt.Complete(State, names, CachedContents.OwnerOf(call), call.Now, ref body) : null;

    protected static bool IsCache(Call call) =>
        call.Operation is Operation.CacheCreate or Operation.CacheList or Operation.CacheGet or Operation.CacheUpdate or Operation.CacheDelete;

    protected static string Verb(string call) => call[(call.LastIndexOf(':') + 1)..];

    protected static string Before(string call) => call.LastIndexOf(':') is var at and >= 0 ? call[..at] : call;

    /// <summary>A call about explicit caches.</summary>
    /// <param name="call">The call.</param>
    /// <param name="place">The location it is made to; empty where the service has none.</param>
    /// <param name="id">Which cache; empty for all of them.</param>
    /// <param name="cancellationToken">The caller's.</param>
    protected async Task<SandboxResponse> CacheAsync(Call call, string place, string id, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            var (done, refusal) = _caches.Handle(call, place, id, Parse(body));
            if (done is null)
                return Refuse(call, refusal ?? names.Gone(id));
            if (call.Operation != Operation.CacheCreate)
            {
                State.Commit();
                return done;
            }

            var made = Applied(call, FaultName.CreateReplyLost, done);
            made.Latency = State.Latency("cache latency", State.Caches.Count);
            return made;
        }
    }
}
