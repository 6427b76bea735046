using System.Numerics;

namespace Parsimony;

/// <summary>A prompt as the cache sees it: blocks in order, each known by a hash of its content.</summary>
public sealed class PromptPrefix
{
    private readonly ulong[] _blocks;
    private readonly int[] _ends;
    private ulong[]? _keys;

    /// <summary>A prompt.</summary>
    /// <param name="blocks">Hash of each block's content, in the provider's prefix order.</param>
    /// <param name="ends">Tokens up to and with each block; rising.</param>
    /// <param name="tokens">Tokens of the whole prompt, with what follows the last block.</param>
    /// <exception cref="ArgumentException">The ends do not rise, pass the prompt's end, or are not as many as the blocks.</exception>
    public PromptPrefix(IReadOnlyList<ulong> blocks, IReadOnlyList<int> ends, int tokens)
    {
        if (blocks.Count != ends.Count)
        {
            throw new ArgumentException($"There are {blocks.Count} blocks and {ends.Count} ends; give one end for each block.", nameof(ends));
        }

        for (var block = 0; block < ends.Count; block++)
        {
            if (ends[block] < (block == 0 ? 0 : ends[block - 1]) || ends[block] > tokens)
            {
                throw new ArgumentException($"End {ends[block]} of block {block} is out of order or beyond the prompt's {tokens} tokens.", nameof(ends));
            }
        }

        _blocks = [.. blocks];
        _ends = [.. ends];
        Tokens = tokens;
    }

    /// <summary>
    /// A request's prompt, whose blocks are those <see cref="CacheMark.BlockIndex"/> counts; no blocks for what is no conversation. Tokens are estimates from bytes.
    /// </summary>
    /// <param name="envelope">The request.</param>
    /// <param name="tokensPerEstimated">What a token of the estimate really is, as learnt for the model. Default 1.</param>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public static PromptPrefix Of(Envelope envelope, double tokensPerEstimated = 1)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var prefixes = new List<Fingerprint>();
        var tokens = new List<int>();
        Fingerprinter.Walk(envelope, prefixes, (bytes, _) => tokens.Add(TokenEstimate.OfBlock(bytes)));
        var blocks = new ulong[prefixes.Count];
        var ends = new int[prefixes.Count];
        // What format is wanted stands before the first block.
        var sum = tokens.Count > 0 ? tokens[0] * tokensPerEstimated : 0;
        for (var block = 0; block < blocks.Length; block++)
        {
            blocks[block] = prefixes[block].High;
            sum += tokens[block + 1] * tokensPerEstimated;
            ends[block] = (int)Math.Min(sum, int.MaxValue);
        }

        return new PromptPrefix(blocks, ends, ends.Length == 0 ? 0 : ends[^1]);
    }

    /// <summary>How many blocks there are.</summary>
    public int Count => _blocks.Length;

    /// <summary>Tokens of the whole prompt.</summary>
    public int Tokens { get; }

    /// <summary>Hash of each block's content.</summary>
    public ReadOnlySpan<ulong> Blocks => _blocks;

    /// <summary>One number for each prefix: its blocks, folded in order.</summary>
    internal ReadOnlySpan<ulong> Keys => _keys ??= Fold(_blocks);

    /// <summary>Tokens of the first blocks.</summary>
    /// <param name="depth">How many blocks; 0 gives 0.</param>
    public int TokensTo(int depth) => depth == 0 ? 0 : _ends[depth - 1];

    /// <summary>The first blocks as a prompt of its own.</summary>
    /// <param name="depth">How many blocks; all of them where there are no more.</param>
    public PromptPrefix Leading(int depth) => depth >= Count ? this : new PromptPrefix(_blocks[..depth], _ends[..depth], TokensTo(depth));

    private static ulong[] Fold(ulong[] blocks)
    {
        var keys = new ulong[blocks.Length];
        var key = 0xcbf29ce484222325UL;
        for (var block = 0; block < blocks.Length; block++)
        {
            key = BitOperations.RotateLeft((key ^ blocks[block]) * 0x9E3779B97F4A7C15UL, 29);
            keys[block] = key;
        }

        return keys;
    }

    /// <summary>The same prompt of which only the first blocks are told apart.</summary>
    internal PromptPrefix First(int count) => count >= Count ? this : new PromptPrefix(_blocks[..count], _ends[..count], Tokens);
}
