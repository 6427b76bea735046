namespace Parsimony.Sandbox.Model;

/// <summary>A simulated tokenizer: deterministic, about four characters a token, never zero for a non-empty text.</summary>
internal static class TokenCounter
{
    /// <summary>Simulated size of one image when its dimensions are not known.</summary>
    public const int TokensPerImage = 765;

    private const int CharactersPerToken = 4;

    public static int Count(ReadOnlySpan<char> text) => (text.Length + CharactersPerToken - 1) / CharactersPerToken;

    /// <summary>A crude patch formula (one token per 28 x 28 pixels, at most 1,600), simulated for both providers.</summary>
    public static int CountImage(int width, int height) =>
        Math.Clamp((int)((((long)width + 27) / 28) * (((long)height + 27) / 28)), 1, 1_600);
}
