using Parsimony.Providers;
using Parsimony.Providers.Aws;
using Parsimony.Providers.Azure;
using Parsimony.Providers.Google;

namespace Parsimony.Cli;

/// <summary>Every provider the command line can talk to: those of HTTP and a key, and the clouds'.</summary>
internal static class KnownProviders
{
    /// <summary>All of them, in the order of <see cref="ProviderId.All"/>.</summary>
    public static IReadOnlyList<ProviderKind> Kinds { get; } =
    [
        .. ProviderFactory.Kinds.Where(kind => kind.Id != ProviderId.AzureOpenAI)
            .Concat([AzureProviders.AzureOpenAI, AwsProviders.Bedrock, GoogleProviders.VertexAI])
            .OrderBy(kind => ProviderId.All.Index().First(name => name.Item == kind.Id.Value).Index),
    ];

    /// <summary>Their identifiers.</summary>
    public static IReadOnlyList<ProviderId> Ids { get; } = [.. Kinds.Select(kind => kind.Id)];

    /// <summary>One of them; null when this version cannot talk to it.</summary>
    public static ProviderKind? Find(ProviderId id) => Kinds.FirstOrDefault(kind => kind.Id == id);
}
