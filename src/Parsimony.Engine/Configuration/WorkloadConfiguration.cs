using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Parsimony.Engine;

/// <summary>A workload's own settings at a provider, and the share of its requests that get them.</summary>
public sealed record WorkloadConfiguration
{
    /// <summary>The workload, as requests name their component.</summary>
    public required string Name { get; init; }

    /// <summary>Share of the workload's requests under these settings, 0-100 (<c>rolloutPercentage</c>).</summary>
    /// <value>100 by default.</value>
    public double RolloutPercentage { get; init; } = 100;

    /// <summary>The provider's settings with this workload's overrides in place.</summary>
    public required ProviderConfiguration Settings { get; init; }

    /// <summary>Whether a request is in the rollout. Pure: the same key answers the same for ever, and a raised percentage only adds requests.</summary>
    public bool Includes(string requestKey)
    {
        // The name is hashed too: otherwise every workload would try its changes on the same requests first.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\n{requestKey}"), hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (100.0 / (1UL << 53)) < RolloutPercentage;
    }
}
