using System.Security.Cryptography;
using System.Text;

namespace Parsimony.Providers;

/// <summary>
/// Tool call ids as Mistral takes them: nine letters and digits. Others were answered with 400 (https://github.com/langchain-ai/langchain, the Mistral partner package; whether
/// that still holds is UNVERIFIED), so an id of another provider's conversation becomes one made of it, the same in call and result.
/// </summary>
internal static class MistralCallId
{
    private const int Length = 9;
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The id itself when it fits, else one made of it.</summary>
    public static string Of(string id)
    {
        if (id.Length == Length && id.All(char.IsAsciiLetterOrDigit))
        {
            return id;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        Span<char> made = stackalloc char[Length];
        for (var i = 0; i < Length; i++)
        {
            made[i] = Characters[hash[i] % Characters.Length];
        }

        return new string(made);
    }
}
