using Microsoft.Extensions.AI;
using Parsimony.Providers;

namespace Parsimony.Chat.Tests;

public sealed class BatchingEmbeddingGeneratorTests : IAsyncDisposable
{
    private const string Model = "text-embedding-3-small";
    private readonly ChatWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task An_ordinary_await_gives_every_vector_in_the_order_of_the_texts()
    {
        var process = await _world.StartAsync();
        var plain = ((OpenAIProvider)process.Provider).CreateEmbeddingGenerator(Model);
        var generator = plain.UseBatching(process.Engine);
        string[] texts = ["red", "green", "red"];
        var options = new EmbeddingGenerationOptions().WithDeadline(TimeSpan.FromHours(24), _world.Clock);

        var late = await _world.RunUntilAsync(process, generator.GenerateAsync(texts, options, Token));
        var now = await plain.GenerateAsync(texts, cancellationToken: Token);

        Assert.Equal(now.Select(embedding => embedding.Vector.ToArray()), late.Select(embedding => embedding.Vector.ToArray()));
        Assert.True(late.Usage?.InputTokenCount > 0);
        Assert.Equal(3, _world.BoughtKinds.Count(kind => kind == "batch"));
    }

    [Fact]
    public async Task A_list_yields_each_vector_with_the_index_of_its_text()
    {
        var process = await _world.StartAsync();
        var generator = ((OpenAIProvider)process.Provider).CreateEmbeddingGenerator(Model).UseBatching(process.Engine);

        var vectors = await _world.RunUntilAsync(process, generator.GenerateListAsync(["a", "b", "c"], cancellationToken: Token).ToListAsync(Token).AsTask());

        Assert.Equal([0, 1, 2], vectors.Select(vector => vector.Index).Order());
        Assert.All(_world.BoughtKinds, kind => Assert.Equal("batch", kind));
    }

    [Fact]
    public async Task A_call_without_a_deadline_is_made_now()
    {
        var process = await _world.StartAsync();
        var generator = ((OpenAIProvider)process.Provider).CreateEmbeddingGenerator(Model).UseBatching(process.Engine);

        var vectors = await generator.GenerateAsync(["a", "b"], cancellationToken: Token);

        Assert.Equal(2, vectors.Count);
        Assert.All(_world.BoughtKinds, kind => Assert.Equal("live", kind));
    }
}
