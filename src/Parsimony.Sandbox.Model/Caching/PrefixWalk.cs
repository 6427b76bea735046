namespace Parsimony.Sandbox.Model;

/// <summary>A prompt's blocks with the hash and the size of the prefix that ends at each.</summary>
internal sealed class PrefixWalk
{
    private readonly ulong[] _hashes;
    private readonly long[] _tokens;

    public PrefixWalk(CacheQuestion question)
    {
        Blocks = question.Blocks;
        _hashes = new ulong[Blocks.Count];
        _tokens = new long[Blocks.Count];
        var hash = 0UL;
        var tokens = 0L;
        for (var i = 0; i < Blocks.Count; i++)
        {
            hash = StableHash.Join(hash, StableHash.Of(Blocks[i].Text));
            tokens += Blocks[i].Tokens;
            _hashes[i] = hash;
            _tokens[i] = tokens;
        }
    }

    public IReadOnlyList<PromptBlock> Blocks { get; }

    public long TotalTokens => _tokens.Length == 0 ? 0 : _tokens[^1];

    public ulong HashTo(int block) => _hashes[block];

    public long TokensTo(int block) => _tokens[block];

    public ulong HashBefore(int block) => block == 0 ? 0 : _hashes[block - 1];

    public long TokensBefore(int block) => block == 0 ? 0 : _tokens[block - 1];
}
