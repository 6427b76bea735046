using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>An answer body as a user reads it.</summary>
internal static class AnswerText
{
    /// <summary>The text of a chat answer; null for kinds that have none, whose body is shown instead.</summary>
    public static string? Read(IProviderRegistry providers, StoredRequest request, ReadOnlyMemory<byte> body) =>
        request.Profile.Kind is EndpointKind.Chat or EndpointKind.Responses or EndpointKind.Messages
        && providers.TryFind(request.Profile.Model.Provider, request.Profile.Credential, out var provider)
            ? provider.ReadChat(body).Text
            : null;
}
