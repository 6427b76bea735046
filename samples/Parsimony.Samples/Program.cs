using Parsimony.Samples;

(string Name, Func<SampleWorld, TextWriter, CancellationToken, Task> RunAsync)[] samples =
[
    ("await", BatchingAwait.RunAsync),
    ("list", ListOfCalls.RunAsync),
    ("background", BackgroundResponse.RunAsync),
    ("caching", PromptCaching.RunAsync),
];

var chosen = args.Length == 0 ? samples : [.. samples.Where(sample => args.Contains(sample.Name, StringComparer.Ordinal))];
if (chosen.Length == 0)
{
    await Console.Error.WriteLineAsync($"There are these samples: {string.Join(", ", samples.Select(sample => sample.Name))}.");
    return 2;
}

await using var world = await SampleWorld.StartAsync();
foreach (var (name, runAsync) in chosen)
{
    await Console.Out.WriteLineAsync($"== {name}");
    await runAsync(world, Console.Out, CancellationToken.None);
}

return 0;
