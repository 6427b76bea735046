namespace Parsimony.Engine;

/// <summary>A priority among the tags of a profile, so that it is stored once for many requests and the ledger can be read by it. The normal one is not written.</summary>
internal static class PriorityTag
{
    private const string Name = "priority=";

    /// <summary>The tags with a priority in its place.</summary>
    public static string Add(string tags, RequestPriority priority) =>
        priority == RequestPriority.Normal
            ? tags
            : string.Join(',', Parts(tags).Where(tag => !IsPriority(tag)).Append($"{Name}{priority.Level}").Order(StringComparer.Ordinal));

    /// <summary>The priority the tags name; normal when they name none.</summary>
    public static RequestPriority Read(string tags)
    {
        if (tags.Contains(Name, StringComparison.Ordinal))
        {
            foreach (var tag in Parts(tags))
            {
                if (IsPriority(tag) && RequestPriority.TryParse(tag[Name.Length..], out var priority))
                {
                    return priority;
                }
            }
        }

        return RequestPriority.Normal;
    }

    private static bool IsPriority(string tag) => tag.StartsWith(Name, StringComparison.Ordinal);

    private static string[] Parts(string tags) => tags.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
