using System.Globalization;
using Azure.Core;
using Parsimony.Providers;
using Parsimony.Providers.Azure;

namespace Parsimony.Bench;

/// <summary>The largest working set of a process through which half a gigabyte goes into an object store and comes back from it, for each cloud.</summary>
internal static class CloudBenchmark
{
    private const int AnswerBytes = 100_000;

    public static async Task RunAsync()
    {
        Console.WriteLine($"clouds: what 'memory' does, over sockets and object stores; answers of {AnswerBytes:N0} bytes; the stores in another process than the one measured");
        foreach (var id in new[] { ProviderId.AzureOpenAI, ProviderId.VertexAI, ProviderId.Bedrock })
        {
            await MeasureAsync(id);
        }
    }

    public static async Task ChildAsync(string provider, Uri address)
    {
        var subject = DialectSubjects.All.First(subject => subject.Id.Value == provider);
        var (kind, host, store) =
            subject.Id == ProviderId.AzureOpenAI ? (AzureProviders.OpenAI(new AnyToken()), "azure", "blob")
            : subject.Id == ProviderId.Bedrock ? (DialectSubjects.Kind(subject.Id), "bedrock", "s3")
            : (DialectSubjects.Kind(subject.Id), "vertex", "gcs");
        MemoryBenchmark.Report("start");
        await using var bench = await Workbench.OpenAsync(kind, new ProviderConnection
        {
            ApiKey = subject.Id == ProviderId.Bedrock ? "id:secret" : subject.Id == ProviderId.VertexAI ? "token" : "",
            Endpoint = new Uri(address, host),
            Cloud = DialectSubjects.Place(subject.Id, new Uri(address, store)),
        });
        await MemoryBenchmark.PassAsync(bench, new ModelId(subject.Id, subject.Model));
    }

    private static async Task MeasureAsync(ProviderId id)
    {
        await using var server = new CloudServer(AnswerBytes);
        var (_, output) = await ProcessFacts.RunChildAsync("clouds-child", id.Value, server.Address.ToString());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $" {id.Value}, {server.Sent / 1_000_000} MB of results"));
        Console.Write(output);
    }

    private sealed class AnyToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.UtcNow.AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
