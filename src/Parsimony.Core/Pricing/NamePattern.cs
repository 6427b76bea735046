using System.IO.Enumeration;

namespace Parsimony;

/// <summary>Names with <c>*</c> for any letters, whatever their case.</summary>
internal static class NamePattern
{
    public static bool IsMatch(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);
}
