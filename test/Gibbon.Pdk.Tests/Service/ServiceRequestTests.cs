using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Service;

public sealed class ServiceRequestTests
{
    readonly Sent sent = new(Stub.Context(Phase.Access));

    [Fact]
    public void A_path_is_escaped_once()
    {
        sent.SetPath("/a b/%20/ü?x");

        Assert.Equal("/a%20b/%20/%C3%BC?x", sent.SetTo);
    }

    [Fact]
    public void An_argument_is_taken_out_and_the_rest_stays_in_order()
    {
        sent.Query = "b=1+2&%61=x&a&c=%2f&a=3";

        sent.ClearQueryArg("a");

        Assert.Equal("b=1%202&c=%2f", sent.Query);
    }

    [Fact]
    public async Task A_form_is_written_sorted()
    {
        var args = new ValueMap { ["b"] = 1L, ["a"] = new ValueList { "x", true }, ["c"] = false };

        await sent.SetBodyAsync(args, "application/x-www-form-urlencoded");

        Assert.Equal("a=x&a&b=1", sent.Text);
        Assert.Equal("application/x-www-form-urlencoded", sent.ContentType);
    }

    [Fact]
    public async Task A_multipart_form_takes_the_boundary_it_is_given()
    {
        await sent.SetBodyAsync(new ValueMap { ["b"] = 1L, ["a"] = "x" }, "multipart/form-data; boundary=z");

        Assert.Equal(
            "--z\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"
            + "--z\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n--z--\r\n",
            sent.Text);
        Assert.Equal("multipart/form-data; boundary=z", sent.ContentType);
    }

    [Fact]
    public void Wrong_arguments_are_told_in_kongs_words()
    {
        Says("path must start with /", () => sent.SetPath("a"));
        Says("invalid scheme: ftp", () => sent.SetScheme("ftp"));
        Says("invalid method: get", () => sent.SetMethod("get"));
        Says("unsupported content type text/plain", () => _ = sent.SetBodyAsync([], "text/plain").AsTask());
    }

    static void Says(string text, Action action) =>
        Assert.Equal(text, Assert.Throws<KongArgumentException>(action).Message);

    sealed class Sent(RequestContext context) : ServiceRequest(context)
    {
        protected override string PathCore => "/";

        protected override string RoutedPathCore => "/";

        public string? SetTo { get; private set; }

        public string Query { get; set; } = "";

        public string? Text { get; private set; }

        public string? ContentType { get; private set; }

        protected override string RawQueryCore => Query;

        protected override void EnableBufferingCore() => Assert.Fail("not asked for");

        protected override void SetSchemeCore(string scheme) => Assert.Fail("wrong scheme accepted");

        protected override void SetPathCore(string path) => SetTo = path;

        protected override void SetGrpcPathCore(string path) => SetTo = path;

        protected override void SetRawQueryCore(string query) => Query = query;

        protected override void SetMethodCore(string method) => Assert.Fail("wrong method accepted");

        protected override Result SetHeaderCore(string name, HeaderValue value)
        {
            Assert.Equal("Content-Type", name);
            ContentType = value.First;
            return Result.Ok;
        }

        protected override void AddHeaderCore(string name, HeaderValue value) => Assert.Fail("not asked for");

        protected override void ClearHeaderCore(string name) => Assert.Fail("not asked for");

        protected override ValueTask SetRawBodyCore(ReadOnlyMemory<byte> body)
        {
            Text = Encoding.UTF8.GetString(body.Span);
            return ValueTask.CompletedTask;
        }

        protected override Result SetTlsCore(bool on) => Result.Ok;
    }
}
