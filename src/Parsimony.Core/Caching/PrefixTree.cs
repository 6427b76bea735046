namespace Parsimony;

/// <summary>The prefixes seen of late, as a tree of blocks of bounded size: the leaf that was not seen for longest makes room.</summary>
internal sealed class PrefixTree
{
    /// <summary>The node before the first block.</summary>
    public const int Root = 0;

    private readonly Stack<int> _free = new();
    private readonly int _capacity;
    private PrefixNode[] _nodes = new PrefixNode[64];

    // The first node of each chain of a hash table, whose links and keys are in the nodes themselves.
    private int[] _chains = new int[64];
    private int _used = 1;
    private int _newest;
    private int _oldest;

    /// <summary>An empty tree.</summary>
    /// <param name="capacity">Most nodes kept, at least 2.</param>
    public PrefixTree(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _capacity = capacity;
        _nodes[Root] = PrefixNode.New(-1, 0);
    }

    /// <summary>Nodes kept now.</summary>
    public int Count { get; private set; }

    public ref PrefixNode this[int node] => ref _nodes[node];

    /// <summary>The node of each leading block of a prompt; those new are added. They become the ones seen last.</summary>
    /// <param name="blocks">The prompt's blocks; no more than the capacity are taken.</param>
    /// <param name="path">Receives the nodes.</param>
    /// <returns>How many leading blocks were known.</returns>
    public int Walk(ReadOnlySpan<ulong> blocks, Span<int> path)
    {
        var (known, parent) = (0, Root);
        for (var depth = 0; depth < path.Length; depth++)
        {
            if (Find(parent, blocks[depth]) is var child and not Root)
            {
                known = depth + 1;
                parent = child;
            }
            else
            {
                var node = Take();
                _nodes[node] = PrefixNode.New(parent, blocks[depth]);
                _nodes[parent].Children++;
                Add(node);
                Link(node);
                parent = node;
            }

            path[depth] = parent;
        }

        // The deepest first, so that a parent is never older than its children, and what is oldest is a leaf.
        for (var depth = path.Length - 1; depth >= 0; depth--)
        {
            Unlink(path[depth]);
            Link(path[depth]);
        }

        while (Count > _capacity && _nodes[_oldest].Children == 0)
        {
            Remove(_oldest);
        }

        return known;
    }

    /// <summary>The nodes of the leading blocks that are known; nothing is added, and nothing becomes newer.</summary>
    /// <param name="blocks">The prompt's blocks.</param>
    /// <param name="path">Receives the nodes.</param>
    /// <returns>How many leading blocks are known.</returns>
    public int Find(ReadOnlySpan<ulong> blocks, Span<int> path)
    {
        var parent = Root;
        for (var depth = 0; depth < path.Length; depth++)
        {
            if (Find(parent, blocks[depth]) is not (var child and not Root))
            {
                return depth;
            }

            path[depth] = parent = child;
        }

        return path.Length;
    }

    private int Take()
    {
        if (_free.TryPop(out var node))
        {
            return node;
        }

        if (_used == _nodes.Length)
        {
            // No more than will be kept, but for the prompt that has just come.
            Array.Resize(ref _nodes, Math.Max(Math.Min(_used * 2, _capacity + 1), _used + 64));
        }

        return _used++;
    }

    private void Remove(int node)
    {
        ref var gone = ref _nodes[node];
        Unlink(node);
        Unchain(node);
        _nodes[gone.Parent].Children--;

        // A place without a parent is free.
        (gone.Parent, gone.Continued, gone.Shared) = (-1, null, null);
        _free.Push(node);
    }

    private int Find(int parent, ulong block)
    {
        var node = _chains[ChainOf(parent, block)];
        while (node != Root && (_nodes[node].Block != block || _nodes[node].Parent != parent))
        {
            node = _nodes[node].Next;
        }

        return node;
    }

    private int ChainOf(int parent, ulong block)
    {
        var mixed = (block ^ ((ulong)parent * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
        return (int)(mixed >> 32) & (_chains.Length - 1);
    }

    private void Add(int node)
    {
        if (++Count > _chains.Length)
        {
            _chains = new int[_chains.Length * 2];
            for (var other = 1; other < _used; other++)
            {
                if (other != node && _nodes[other].Parent >= Root)
                {
                    Put(other);
                }
            }
        }

        Put(node);
    }

    private void Put(int node)
    {
        ref var first = ref _chains[ChainOf(_nodes[node].Parent, _nodes[node].Block)];
        _nodes[node].Next = first;
        first = node;
    }

    private void Unchain(int node)
    {
        ref var link = ref _chains[ChainOf(_nodes[node].Parent, _nodes[node].Block)];
        while (link != node)
        {
            link = ref _nodes[link].Next;
        }

        link = _nodes[node].Next;
        Count--;
    }

    private void Link(int node)
    {
        ref var linked = ref _nodes[node];
        (linked.Newer, linked.Older) = (0, _newest);
        if (_newest != 0)
        {
            _nodes[_newest].Newer = node;
        }

        _newest = node;
        _oldest = _oldest == 0 ? node : _oldest;
    }

    private void Unlink(int node)
    {
        var (newer, older) = (_nodes[node].Newer, _nodes[node].Older);
        if (newer != 0)
        {
            _nodes[newer].Older = older;
        }
        else
        {
            _newest = older;
        }

        if (older != 0)
        {
            _nodes[older].Newer = newer;
        }
        else
        {
            _oldest = newer;
        }
    }
}
