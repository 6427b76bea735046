using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace Parsimony.Testing;

/// <summary>A provider that can be planned for, and that nobody may call; the only one of its registry.</summary>
internal sealed class UncalledProvider(ProviderId id) : IProvider, IBatchBackend, IProviderRegistry
{
    public ProviderId Id => id;

    public string CredentialName => "default";

    public ProviderCapabilities Capabilities { get; } = new() { SupportsBatching = true };

    public IBatchBackend Batches => this;

    public IReadOnlyCollection<IProvider> All => [this];

    public BatchLimits Limits { get; } = new()
    {
        MaxRequests = 1_000,
        MaxBytes = 100_000_000,
        OneModelPerBatch = true,
        Window = TimeSpan.FromHours(24),
        KeepsFinishedOnExpiry = true,
        OrphanSearch = OrphanSearch.ByKey,
    };

    public long? MeasureLine(Envelope envelope) => envelope.Bytes.Length + 100;

    public bool TryFind(ProviderId id, string credentialName, [NotNullWhen(true)] out IProvider? provider) => TryFind(id, out provider);

    public bool TryFind(ProviderId id, [NotNullWhen(true)] out IProvider? provider)
    {
        provider = id == Id ? this : null;
        return provider is not null;
    }

    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output) => throw Called();

    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default) => throw Called();

    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => throw Called();

    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) => throw Called();

    public IChatClient CreateChatClient(string model) => throw Called();

    public Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default) => throw Called();

    public Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default) => throw Called();

    public Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default) => throw Called();

    public Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default) => throw Called();

    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default) => throw Called();

    public IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, CancellationToken cancellationToken = default) => throw Called();

    public Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default) => throw Called();

    private static InvalidOperationException Called() => new("Accepting requests calls no provider.");
}
