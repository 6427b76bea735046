using Microsoft.Extensions.AI;

namespace Parsimony.Chat.Tests;

public sealed class BackgroundResponseTests : IAsyncDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private readonly ChatWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task The_token_comes_at_once_and_is_good_after_everything_was_closed()
    {
        var before = await _world.StartAsync();
        var pending = await before.Plain().UseBatching(before.Engine).GetResponseAsync(ChatWorld.Ask(), Background(), Token);
        var token = ResponseContinuationToken.FromBytes(pending.ContinuationToken!.ToBytes());
        await before.DisposeAsync();

        var after = await _world.StartAsync();
        var chat = after.Plain().UseBatching(after.Engine);
        var early = await chat.GetResponseAsync([], Resume(token), Token);
        var response = await _world.RunUntilAsync(after, chat.GetResponseAsync([], Resume(token, background: false), Token));

        Assert.NotNull(early.ContinuationToken);
        Assert.NotEmpty(response.Text);
        Assert.Null(response.ContinuationToken);
        Assert.Equal(["batch"], _world.BoughtKinds);
    }

    [Fact]
    public async Task A_streamed_background_call_gives_its_token_in_an_update()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine);

        var updates = await chat.GetStreamingResponseAsync(ChatWorld.Ask(), Background(), Token).ToListAsync(Token);

        var token = Assert.Single(updates).ContinuationToken;
        var response = await _world.RunUntilAsync(process, chat.GetStreamingResponseAsync([], Resume(token!, background: false), Token).ToListAsync(Token).AsTask());
        Assert.NotEmpty(response.ToChatResponse().Text);
    }

    [Fact]
    public async Task The_token_is_at_most_512_bytes()
    {
        var process = await _world.StartAsync();
        var pending = await process.Plain().UseBatching(process.Engine).GetResponseAsync(ChatWorld.Ask(), Background(), Token);

        Assert.InRange(pending.ContinuationToken!.ToBytes().Length, 1, 512);
    }

    [Fact]
    public async Task A_token_changed_in_any_byte_is_refused()
    {
        var process = await _world.StartAsync();
        var chat = process.Plain().UseBatching(process.Engine);
        var bytes = (await chat.GetResponseAsync(ChatWorld.Ask(), Background(), Token)).ContinuationToken!.ToBytes().ToArray();

        for (var i = 0; i < bytes.Length; i++)
        {
            var forged = bytes.ToArray();
            forged[i] ^= 1;
            await Assert.ThrowsAsync<ArgumentException>(() => chat.GetResponseAsync([], Resume(ResponseContinuationToken.FromBytes(forged)), Token));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => chat.GetResponseAsync([], Resume(ResponseContinuationToken.FromBytes(bytes.AsMemory(1))), Token));
    }

    [Fact]
    public async Task Another_stores_token_is_refused()
    {
        var mine = await _world.StartAsync();
        var other = await _world.StartAsync(_world.Path + ".other");
        var foreign = await other.Plain().UseBatching(other.Engine).GetResponseAsync(ChatWorld.Ask(), Background(), Token);

        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => mine.Plain().UseBatching(mine.Engine).GetResponseAsync([], Resume(foreign.ContinuationToken!), Token));

        Assert.Contains("not handed out by this store", refused.Message, StringComparison.Ordinal);
    }

    private ChatOptions Background()
    {
        var options = _world.Within(Day);
        options.AllowBackgroundResponses = true;
        return options;
    }

    private static ChatOptions Resume(ResponseContinuationToken token, bool background = true) => new() { ContinuationToken = token, AllowBackgroundResponses = background };
}
