using Microsoft.Extensions.AI;
using Parsimony.Providers;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;

namespace Parsimony.Chat.Tests;

/// <summary>A database file, the simulated providers, and a clock that stands still until a test moves it.</summary>
internal sealed class ChatWorld : IAsyncDisposable
{
    public const string Model = "gpt-5-mini";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-chat-");
    private readonly List<Process> _processes = [];

    public ChatWorld()
    {
        Sandbox = new SandboxWorld(new SandboxOptions(), Clock);
        Http = new HttpClient(new SandboxMessageHandler(Sandbox)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));

    public SandboxWorld Sandbox { get; }

    public HttpClient Http { get; }

    public string Path => System.IO.Path.Combine(_folder.FullName, "parsimony.db");

    public IEnumerable<string> BoughtKinds => Sandbox.Bill.Lines.Select(line => line.Kind);

    public static ChatMessage[] Ask(string text = "What is the capital of France?") => [new(ChatRole.User, text)];

    public ChatOptions Within(TimeSpan time) => new ChatOptions { MaxOutputTokens = 50 }.WithDeadline(time, Clock);

    public ProviderConnection Connection() => new() { ApiKey = "simulated", Endpoint = new Uri("http://openai.sandbox/v1") };

    public async Task<Process> StartAsync(string? path = null)
    {
        var process = await Process.StartAsync(path ?? Path, this);
        _processes.Add(process);
        return process;
    }

    /// <summary>Runs a process's stages, and the clock, until something is done.</summary>
    public async Task RunUntilAsync(Process process, Func<bool> isDone)
    {
        for (var round = 0; round < 2_000 && !isDone(); round++)
        {
            await process.RunStagesAsync(Clock.GetUtcNow());
            Clock.Advance(TimeSpan.FromSeconds(30));
            // Continuations of the timers run on other threads: they get their turn.
            for (var turn = 0; turn < 20 && !isDone(); turn++)
            {
                await Task.Yield();
            }
        }

        Assert.True(isDone(), "Nothing came of it in 2,000 rounds.");
    }

    public async Task<T> RunUntilAsync<T>(Process process, Task<T> task)
    {
        await RunUntilAsync(process, () => task.IsCompleted);
        return await task;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        Http.Dispose();
        Sandbox.Dispose();
        _folder.Delete(recursive: true);
    }
}
