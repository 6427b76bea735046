using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Parsimony.Cli;

/// <summary>A PostgreSQL database as people write it: <c>postgres://user:password@host:port/database?Search Path=schema</c>, or the key=value form.</summary>
internal static class DatabaseAddress
{
    /// <summary>Reads an address; false when the text is no such thing, so a file.</summary>
    /// <exception cref="UserException">It begins as one and cannot be read. The message repeats nothing of it: it may hold a password.</exception>
    public static bool TryRead([NotNullWhen(true)] string? text, [NotNullWhen(true)] out string? connection)
    {
        connection = null;
        if (text is null)
        {
            return false;
        }

        if (text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            connection = FromUri(text);
            return true;
        }

        if (text.Contains("host=", StringComparison.OrdinalIgnoreCase) && text.Contains('=', StringComparison.Ordinal))
        {
            connection = text;
            return true;
        }

        return false;
    }

    private static string FromUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new UserException("The store's address cannot be read. Write it as postgres://user:password@host:port/database, with special characters of the password percent-encoded.");
        }

        var values = new DbConnectionStringBuilder { ["Host"] = uri.Host };
        if (uri.Port > 0)
        {
            values["Port"] = uri.Port;
        }

        var user = uri.UserInfo.Split(':', 2);
        Set(values, "Username", user[0]);
        Set(values, "Password", user.ElementAtOrDefault(1));
        Set(values, "Database", uri.AbsolutePath.TrimStart('/'));
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            Set(values, Uri.UnescapeDataString(parts[0]), parts.ElementAtOrDefault(1));
        }

        return values.ConnectionString;
    }

    private static void Set(DbConnectionStringBuilder values, string key, string? escaped)
    {
        if (escaped is { Length: > 0 })
        {
            values[key] = Uri.UnescapeDataString(escaped);
        }
    }
}
