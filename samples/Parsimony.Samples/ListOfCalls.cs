using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parsimony.Engine;

namespace Parsimony.Samples;

/// <summary>A list of calls; its name makes it safe to repeat: the second pass finds every answer and pays nothing.</summary>
public static class ListOfCalls
{
    private static readonly string[] Messages = ["My parcel never came.", "How do I change my address?", "Your app crashes at start.", "Thank you, all is well now."];

    public static async Task RunAsync(SampleWorld sandbox, TextWriter output, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(sandbox.Clock);
        builder.Services.AddAnthropic(sandbox.Anthropic);
        builder.Services.AddParsimony().UseSqlite(sandbox.File("list.db"));
        using var app = builder.Build();
        await app.StartAsync(cancellationToken);
        var engine = app.Services.GetRequiredService<EngineClient>();
        using var client = app.Services.GetRequiredService<IProvider>().CreateChatClient("claude-haiku-4-5-20251001").UseBatching(engine);

        for (var pass = 1; pass <= 2; pass++)
        {
            // begin-snippet: list
            var conversations = Messages.Select(message => new[]
            {
                new ChatMessage(ChatRole.System, "Answer with one word: delivery, account, fault or thanks."),
                new ChatMessage(ChatRole.User, message),
            });
            var answered = 0;
            await foreach (var result in client.GetResponsesAsync(conversations, scope: "support-2026-11", cancellationToken: cancellationToken))
            {
                await output.WriteLineAsync($"{Messages[result.Index]} -> {result.Response?.Text ?? result.Exception?.Message}");
                answered += result.Response is null ? 0 : 1;
            }

            // end-snippet
            var totals = await engine.Store.Runs.ReadTotalsAsync("support-2026-11", cancellationToken);
            await output.WriteLineAsync($"pass {pass}: {answered} answers, {totals?.Total} bought so far for {totals?.SpentUsd} USD");
        }

        await app.StopAsync(cancellationToken);
    }
}
