using System.Text;

namespace Parsimony.Engine;

/// <summary>
/// How long texts may be that stores look up by an index, in bytes of UTF-8. Every store keeps to them, so that what one accepts any accepts: an index entry of
/// PostgreSQL holds at most 2,704 bytes (https://www.postgresql.org/docs/15/limits.html and btree, read 2026-11-21).
/// </summary>
internal static class TextLimits
{
    /// <summary>A scope's name.</summary>
    internal const int Scope = 1_000;

    /// <summary>All texts of a profile together.</summary>
    internal const int Profile = 2_400;

    /// <summary>A reason, failure code, finish reason or price source; what is longer is cut, for nobody could ask its writer to shorten it.</summary>
    internal const int Phrase = 1_000;

    /// <summary>Refuses a name that is too long.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    internal static string CheckScope(string scope) => Encoding.UTF8.GetByteCount(scope) is var bytes && bytes <= Scope
        ? scope
        : throw new ArgumentException($"The name of a run or scope may have {Scope:N0} bytes (UTF-8); this one has {bytes:N0}: '{Fit(scope, 40)}...'. Shorten it.");

    /// <summary>Refuses a profile whose texts are too long.</summary>
    /// <exception cref="ArgumentException">They are.</exception>
    internal static RequestProfile CheckProfile(RequestProfile profile)
    {
        var (name, longest) = Texts(profile).MaxBy(text => Encoding.UTF8.GetByteCount(text.Value));
        var bytes = Bytes(profile);
        return bytes <= Profile
            ? profile
            : throw new ArgumentException(
                $"Model, credential, isolation group and dimensions of a request may have {Profile:N0} bytes (UTF-8) together; these have {bytes:N0}, "
                + $"most of them the {name} '{Fit(longest, 40)}...'. Shorten it.");
    }

    /// <summary>A profile cut to what can be stored: of a call that is over, which must be booked whatever it is called.</summary>
    internal static RequestProfile Fit(RequestProfile profile)
    {
        var over = Bytes(profile) - Profile;
        string Cut(string text)
        {
            if (over <= 0)
            {
                return text;
            }

            var before = Encoding.UTF8.GetByteCount(text);
            var cut = Fit(text, Math.Max(0, before - over));
            over -= before - Encoding.UTF8.GetByteCount(cut);
            return cut;
        }

        return over <= 0
            ? profile
            : profile with
            {
                Tags = Cut(profile.Tags),
                Session = Cut(profile.Session),
                Agent = Cut(profile.Agent),
                Component = Cut(profile.Component),
                Tenant = Cut(profile.Tenant),
                IsolationGroup = Cut(profile.IsolationGroup),
                Model = profile.Model with { Name = Cut(profile.Model.Name) },
                Credential = Cut(profile.Credential),
            };
    }

    /// <summary>A phrase as it is stored.</summary>
    internal static string FitPhrase(string text) => Fit(text, Phrase);

    /// <summary>The beginning of a text, whole characters, in at most this many bytes.</summary>
    internal static string Fit(string text, int bytes)
    {
        // Three bytes at the most for each UTF-16 unit.
        if (text.Length * 3L <= bytes || Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var (length, left) = (0, bytes);
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static int Bytes(RequestProfile profile) => Texts(profile).Sum(text => Encoding.UTF8.GetByteCount(text.Value));

    private static (string Name, string Value)[] Texts(RequestProfile profile) =>
    [
        ("provider", profile.Model.Provider.Value),
        ("model", profile.Model.Name),
        ("credential", profile.Credential),
        ("isolation group", profile.IsolationGroup),
        ("tenant", profile.Tenant),
        ("component", profile.Component),
        ("agent", profile.Agent),
        ("session", profile.Session),
        ("tags", profile.Tags),
    ];
}
