using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>A provider of live calls alone, and the registry that has no other.</summary>
internal sealed class OneProvider(Func<CancellationToken, Task<LiveOutcome>> send) : IProvider, IProviderRegistry
{
    internal static LiveOutcome Answer { get; } = new LiveOutcome.Answered(
        new Answer { Body = "{}"u8.ToArray(), Usage = new TokenUsage { UncachedInput = 100, Output = 10 }, FinishReason = "stop" });

    public ProviderId Id => ProviderId.OpenAI;

    public string CredentialName => "default";

    public ProviderCapabilities Capabilities { get; } = new() { Kinds = [EndpointKind.Chat] };

    public IBatchBackend? Batches => null;

    public IReadOnlyCollection<IProvider> All => [this];

    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output) => output.Write(envelope.Bytes.Span);

    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default) => send(cancellationToken);

    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => new();

    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) => new(ReadOnlyMemory<float>.Empty);

    public IChatClient CreateChatClient(string model) => throw new NotSupportedException();

    public bool TryFind(ProviderId id, string credentialName, [NotNullWhen(true)] out IProvider? provider)
    {
        provider = this;
        return true;
    }

    public bool TryFind(ProviderId id, [NotNullWhen(true)] out IProvider? provider) => TryFind(id, "default", out provider);
}
