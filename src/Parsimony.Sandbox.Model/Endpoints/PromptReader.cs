using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Gathers a request's prompt: the text rules answer to, and the blocks a cache sees.</summary>
internal sealed class PromptReader
{
    private readonly List<PromptBlock> _blocks = [];
    private readonly StringBuilder _system = new();
    private readonly StringBuilder _user = new();
    private readonly List<(string Name, JsonElement Parameters)> _tools = [];

    public IReadOnlyList<PromptBlock> Blocks => _blocks;

    public string SystemText => _system.ToString();

    public string UserText => _user.ToString();

    public int ImageCount { get; private set; }

    public IReadOnlyList<(string Name, JsonElement Parameters)> Tools => _tools;

    public void AddTool(string name, JsonElement? parameters, string wire, CacheMark? mark)
    {
        _tools.Add((name, parameters ?? default));
        _blocks.Add(new PromptBlock("tool:" + wire, TokenCounter.Count(wire), mark) { IsPreamble = true, EndsMessage = false });
    }

    public void AddText(string role, string text, CacheMark? mark, bool endsMessage, bool isAnswer = false)
    {
        var preamble = role is "system" or "developer";
        if (!isAnswer)
            (preamble ? _system : _user).Append(text).Append('\n');
        _blocks.Add(new PromptBlock(role + ":" + text, TokenCounter.Count(text), mark)
        {
            IsPreamble = preamble,
            EndsMessage = endsMessage,
            Kind = text.Length == 0 ? PromptBlockKind.Unmarkable : PromptBlockKind.Content,
        });
    }

    public void AddImage(string role, string wire, CacheMark? mark, bool endsMessage)
    {
        ImageCount++;
        _blocks.Add(new PromptBlock(role + ":" + wire, TokenCounter.TokensPerImage, mark) { EndsMessage = endsMessage });
    }

    public void AddOther(string role, string wire, PromptBlockKind kind, CacheMark? mark, bool endsMessage) =>
        _blocks.Add(new PromptBlock(role + ":" + wire, TokenCounter.Count(wire), mark) { Kind = kind, EndsMessage = endsMessage });

    public void AddUserText(string text) => _user.Append(text).Append('\n');

    public SimulatedAnswer Answer(SimulatedQuestion question, ulong seed) => Responder.Answer(
        question with { SystemText = SystemText.TrimEnd('\n'), UserText = UserText.TrimEnd('\n'), ImageCount = ImageCount, Tools = Tools }, seed);
}
