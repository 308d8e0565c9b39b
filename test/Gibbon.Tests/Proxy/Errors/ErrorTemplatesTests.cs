using System.Text;
using System.Text.Json;
using Gibbon.Proxy.Errors;
using Gibbon.Settings;

namespace Gibbon.Tests.Proxy.Errors;

public sealed class ErrorTemplatesTests
{
    private static readonly ErrorSettings BuiltIn = new()
    {
        DefaultType = "text/plain",
        HtmlTemplate = null,
        JsonTemplate = null,
        XmlTemplate = null,
        PlainTemplate = null,
    };

    [Fact]
    public void The_built_in_bodies_are_Kongs()
    {
        ErrorTemplates templates = new(BuiltIn);

        Assert.Equal("{\n  \"message\":\"m\",\n  \"request_id\":\"i\"\n}", Text(templates, ErrorType.Json, "m"));
        Assert.Equal("m\nrequest_id: i\n", Text(templates, ErrorType.Plain, "m"));
        Assert.Contains("<p>m.</p>\n    <p>request_id: i</p>\n", Text(templates, ErrorType.Html, "m"), StringComparison.Ordinal);
        Assert.EndsWith("<message>m</message>\n  <requestid>i</requestid>\n</error>\n", Text(templates, ErrorType.Xml, "m"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_cannot_break_the_document_it_stands_in()
    {
        ErrorTemplates templates = new(BuiltIn);
        const string hostile = "a\"b\\c<script>d\n";

        using JsonDocument json = JsonDocument.Parse(Text(templates, ErrorType.Json, hostile));
        Assert.Equal(hostile, json.RootElement.GetProperty("message").GetString());
        Assert.DoesNotContain("<script>", Text(templates, ErrorType.Html, hostile), StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", Text(templates, ErrorType.Xml, hostile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_of_the_users_gets_the_message_and_the_id()
    {
        ErrorTemplates templates = new(BuiltIn with { PlainTemplate = "100%% %s / %s" });

        Assert.Equal("100% m / i", Text(templates, ErrorType.Plain, "m"));
    }

    private static string Text(ErrorTemplates templates, ErrorType type, string message) =>
        Encoding.UTF8.GetString(templates.Render(type, message, "i"));
}
