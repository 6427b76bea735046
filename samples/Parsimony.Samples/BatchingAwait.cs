using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parsimony.Engine;

namespace Parsimony.Samples;

/// <summary>One call that may take some hours, awaited like any other, and what it saved.</summary>
public static class BatchingAwait
{
    public static async Task RunAsync(SampleWorld sandbox, TextWriter output, CancellationToken cancellationToken)
    {
        // begin-snippet: await
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(sandbox.Clock);       // sandbox time; leave it out for the provider itself
        builder.Services.AddOpenAI(sandbox.OpenAI);         // or AddOpenAI("your key")
        builder.Services.AddParsimony().UseSqlite(sandbox.File("await.db"));
        using var app = builder.Build();
        await app.StartAsync(cancellationToken);

        var engine = app.Services.GetRequiredService<EngineClient>();
        using var client = app.Services.GetRequiredService<IProvider>().CreateChatClient("gpt-5.4-mini").UseBatching(engine);

        var options = new ChatOptions { MaxOutputTokens = 200 }.WithDeadline(TimeSpan.FromHours(6), engine.Clock);
        var response = await client.GetResponseAsync("Name three uses of a paper clip.", options, cancellationToken);
        await output.WriteLineAsync(response.Text);

        await foreach (var row in engine.Store.Ledger.ReadAsync(scope: null, cancellationToken))
        {
            var entry = row.Entry;
            await output.WriteLineAsync($"{entry.Kind}: {entry.CostUsd} USD, as a plain call {entry.BaselineUsd} USD");
        }

        // end-snippet
        await app.StopAsync(cancellationToken);
    }
}
