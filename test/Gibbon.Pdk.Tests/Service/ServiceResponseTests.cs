using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Service;

public sealed class ServiceResponseTests
{
    [Fact]
    public void Json_is_decoded()
    {
        var body = Answer("application/json; charset=utf-8", "{\"a\":[1]}").GetBody();

        Assert.True(body.IsOk);
        Assert.Equal("application/json", body.MimeType);
        Assert.Equal(1L, body.Map!.GetList("a")![0]);
    }

    [Fact]
    public void A_form_is_decoded()
    {
        var body = Answer("application/x-www-form-urlencoded", "a=1&b&a=2").GetBody();

        Assert.Equal(["1", "2"], body.Map!.GetList("a")!);
        Assert.Equal(true, body.Map["b"]);
    }

    [Fact]
    public void A_multipart_form_is_decoded()
    {
        const string text =
            "preamble\r\n--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\nline\r\nline\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\n--x--\r\n";

        var body = Answer("multipart/form-data; boundary=\"x\"", text).GetBody();

        Assert.Equal(["1", "2"], body.Map!.GetList("a")!);
        Assert.Equal("line\r\nline", body.Map["f"]);
    }

    [Theory]
    [InlineData(null, "{}", "missing content type", null)]
    [InlineData("Text/Plain; charset=x", "{}", "unsupported content type 'Text/Plain; charset=x'", "text/plain")]
    [InlineData("application/json", "", "invalid json body", "application/json")]
    [InlineData("application/json", "1", "invalid json body", "application/json")]
    public void What_cannot_be_decoded_is_told_in_kongs_words(string? type, string text, string error, string? mimeType)
    {
        var body = Answer(type, text).GetBody();

        Assert.Equal(error, body.Error);
        Assert.Equal(mimeType, body.MimeType);
    }

    [Fact]
    public void A_body_that_was_not_buffered_cannot_be_had()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Answer("application/json", null).GetRawBody());

        Assert.Equal(
            "service body is only available with buffered proxying (see: kong.service.request.enable_buffering function)", failure.Message);
    }

    [Theory]
    [InlineData(0, "max_args must be >= 1")]
    [InlineData(1001, "max_args must be <= 1000")]
    public void The_number_of_arguments_has_limits(int maxArgs, string text) =>
        Assert.Equal(text, Assert.Throws<KongArgumentException>(() => Answer("application/json", "{}").GetBody(maxArgs: maxArgs)).Message);

    static Answered Answer(string? type, string? text) =>
        new(Stub.Context(Phase.Log), type, text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text));

    sealed class Answered(RequestContext context, string? type, ReadOnlyMemory<byte>? body) : ServiceResponse(context)
    {
        protected override int? StatusCore => 200;

        protected override string? GetHeaderCore(string name) => type;

        protected override HeaderMap GetHeadersCore(int maxHeaders) => [];

        protected override HeaderMap GetTrailersCore() => [];

        protected override ReadOnlyMemory<byte>? GetRawBodyCore() => body;
    }
}
