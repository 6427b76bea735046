using System.Text;

namespace Parsimony.Architecture.Tests;

/// <summary>C# source without its comments, and with the text of strings left out; code inside interpolations stays.</summary>
internal sealed class SourceText
{
    private readonly string _text;
    private readonly StringBuilder _code = new();
    private int _at;

    private SourceText(string text) => _text = text;

    public static string CodeOf(string text)
    {
        var source = new SourceText(text);
        source.ReadCode(closing: null);
        return source._code.ToString();
    }

    private void ReadCode(string? closing)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            if (closing is not null && depth == 0 && At(closing))
            {
                return;
            }

            if (At("//"))
            {
                SkipUntil("\n", take: 0);
            }
            else if (At("/*"))
            {
                SkipUntil("*/", take: 2);
            }
            else if (_text[_at] == '\'')
            {
                ReadCharacter();
            }
            else if (StringStart() is { } start)
            {
                ReadString(start);
            }
            else
            {
                depth += _text[_at] switch { '{' => 1, '}' => -1, _ => 0 };
                _code.Append(_text[_at++]);
            }
        }
    }

    private (int Dollars, bool IsVerbatim, int Quotes)? StringStart()
    {
        var at = _at;
        var dollars = 0;
        var isVerbatim = false;
        while (at < _text.Length && _text[at] is '$' or '@')
        {
            dollars += _text[at] == '$' ? 1 : 0;
            isVerbatim |= _text[at] == '@';
            at++;
        }

        var quotes = 0;
        while (at + quotes < _text.Length && _text[at + quotes] == '"')
        {
            quotes++;
        }

        if (quotes == 0)
        {
            return null;
        }

        _at = at;
        return (dollars, isVerbatim, quotes is 2 ? 1 : isVerbatim || quotes < 3 ? 1 : quotes);
    }

    private void ReadString((int Dollars, bool IsVerbatim, int Quotes) start)
    {
        var end = new string('"', start.Quotes);
        var isRaw = start.Quotes >= 3;
        var hole = new string('{', Math.Max(1, isRaw ? start.Dollars : 1));
        _at += start.Quotes;
        _code.Append('"');
        while (_at < _text.Length)
        {
            if (At(end) && !(start.IsVerbatim && At("\"\"")))
            {
                _at += start.Quotes;
                break;
            }

            if (start.Dollars > 0 && At(hole) && (isRaw || !At("{{")))
            {
                _at += hole.Length;
                _code.Append(' ');
                ReadCode(new string('}', hole.Length));
                _at += hole.Length;
            }
            else
            {
                var isPair = (!isRaw && !start.IsVerbatim && _text[_at] == '\\') || (start.IsVerbatim && At("\"\"")) || (!isRaw && start.Dollars > 0 && At("{{"));
                _at += isPair ? 2 : 1;
            }
        }

        _code.Append('"');
    }

    private void ReadCharacter()
    {
        _at++;
        while (_at < _text.Length && _text[_at] != '\'')
        {
            _at += _text[_at] == '\\' ? 2 : 1;
        }

        _at++;
        _code.Append("' '");
    }

    private bool At(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    private void SkipUntil(string what, int take)
    {
        var end = _text.IndexOf(what, _at, StringComparison.Ordinal);
        _at = end < 0 ? _text.Length : end + take;
    }
}
