using System.Globalization;
using System.Security;
using System.Text;

namespace Parsimony.Sandbox.Model;

/// <summary>The small XML documents of S3.</summary>
internal static class S3Xml
{
    private const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static string Text(string name, string value) => $"<{name}>{SecurityElement.Escape(value)}</{name}>";

    public static string Element(string name, string inner) => $"<{name}{(name == "Error" ? "" : $" xmlns=\"{Namespace}\"")}>{inner}</{name}>";

    public static SandboxResponse Reply(int status, string document)
    {
        var bytes = Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document);
        var response = new SandboxResponse { Status = status, WriteBody = (target, cancellationToken) => target.WriteAsync(bytes, cancellationToken).AsTask() };
        response.Headers["Content-Type"] = "application/xml";
        response.Headers["Content-Length"] = bytes.Length.ToString(CultureInfo.InvariantCulture);
        return response;
    }
}
