using System.Text;
using Gibbon.Settings;

namespace Gibbon.Proxy.Errors;

/// <summary>The bodies of errors: a message and the request's id in the form a client prefers. A template may be replaced by a file of the user's.</summary>
internal sealed class ErrorTemplates(ErrorSettings settings)
{
    private const string Json = "{\n  \"message\":\"%s\",\n  \"request_id\":\"%s\"\n}";

    private const string Plain = "%s\nrequest_id: %s\n";

    private const string Html = """
        <!doctype html>
        <html>
          <head>
            <meta charset="utf-8">
            <title>Error</title>
          </head>
          <body>
            <h1>Error</h1>
            <p>%s.</p>
            <p>request_id: %s</p>
          </body>
        </html>

        """;

    private const string Xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <error>
          <message>%s</message>
          <requestid>%s</requestid>
        </error>

        """;

    private readonly string _json = settings.JsonTemplate ?? Json;
    private readonly string _plain = settings.PlainTemplate ?? Plain;
    private readonly string _html = settings.HtmlTemplate ?? Html;
    private readonly string _xml = settings.XmlTemplate ?? Xml;

    /// <summary>The form of a page for a client that states no preference (<c>error_default_type</c>).</summary>
    public ErrorType DefaultType { get; } = ErrorTypes.FromContentType(settings.DefaultType);

    public static string ContentType(ErrorType type) => type switch
    {
        ErrorType.Html => "text/html; charset=utf-8",
        ErrorType.Plain => "text/plain; charset=utf-8",
        ErrorType.Xml => "application/xml; charset=utf-8",
        ErrorType.Grpc => "application/grpc",
        _ => "application/json; charset=utf-8",
    };

    /// <summary>
    /// The body. The message goes in as it is in plain text; where the form has characters with a meaning, they are escaped so that a
    /// message can neither break the document nor put markup into it.
    /// </summary>
    public byte[] Render(ErrorType type, string message, string requestId) => type switch
    {
        ErrorType.Grpc => [],
        ErrorType.Html => Fill(_html, System.Net.WebUtility.HtmlEncode(message), requestId),
        ErrorType.Xml => Fill(_xml, System.Security.SecurityElement.Escape(message), requestId),
        ErrorType.Plain => Fill(_plain, message, requestId),
        _ => Fill(_json, System.Text.Json.JsonEncodedText.Encode(message, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(), requestId),
    };

    // The first %s is the message, the second the request's id; %% is a percent sign.
    private static byte[] Fill(string template, string message, string requestId)
    {
        StringBuilder body = new(template.Length + message.Length + requestId.Length);
        int values = 0;
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] == '%' && i + 1 < template.Length && template[i + 1] is 's' or '%')
            {
                body.Append(template[++i] == '%' ? "%" : values++ switch { 0 => message, 1 => requestId, _ => "" });
            }
            else
            {
                body.Append(template[i]);
            }
        }

        return Encoding.UTF8.GetBytes(body.ToString());
    }
}
