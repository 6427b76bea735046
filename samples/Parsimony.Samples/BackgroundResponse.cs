using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parsimony.Engine;

namespace Parsimony.Samples;

/// <summary>A call whose answer is fetched later, by a process that was not there when it was asked.</summary>
public static class BackgroundResponse
{
    public static async Task RunAsync(SampleWorld sandbox, TextWriter output, CancellationToken cancellationToken)
    {
        var token = await AskAsync(sandbox, cancellationToken);
        await output.WriteLineAsync("Asked; the process that asked has ended.");
        await FetchAsync(sandbox, token, output, cancellationToken);
    }

    private static async Task<string> AskAsync(SampleWorld sandbox, CancellationToken cancellationToken)
    {
        using var app = await StartAsync(sandbox, cancellationToken);
        using var client = Client(app);

        // begin-snippet: ask
        var options = new ChatOptions { AllowBackgroundResponses = true }.WithDeadline(TimeSpan.FromHours(12), sandbox.Clock);
        var pending = await client.GetResponseAsync("Summarise the history of the paper clip.", options, cancellationToken);
        var token = JsonSerializer.Serialize(pending.ContinuationToken, AIJsonUtilities.DefaultOptions);

        // end-snippet
        await app.StopAsync(cancellationToken);
        return token;
    }

    private static async Task FetchAsync(SampleWorld sandbox, string token, TextWriter output, CancellationToken cancellationToken)
    {
        using var app = await StartAsync(sandbox, cancellationToken);
        using var client = Client(app);

        // begin-snippet: fetch
        var options = new ChatOptions { ContinuationToken = JsonSerializer.Deserialize<ResponseContinuationToken>(token, AIJsonUtilities.DefaultOptions) };
        var response = await client.GetResponseAsync([], options, cancellationToken);
        await output.WriteLineAsync(response.Text);

        // end-snippet
        await app.StopAsync(cancellationToken);
    }

    private static async Task<IHost> StartAsync(SampleWorld sandbox, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(sandbox.Clock);
        builder.Services.AddOpenAI(sandbox.OpenAI);
        builder.Services.AddParsimony().UseSqlite(sandbox.File("background.db"));
        var app = builder.Build();
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static IChatClient Client(IHost app) =>
        app.Services.GetRequiredService<IProvider>().CreateChatClient("gpt-5.4-mini").UseBatching(app.Services.GetRequiredService<EngineClient>());
}
