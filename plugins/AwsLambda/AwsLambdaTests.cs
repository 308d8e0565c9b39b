using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Shared.Aws;
using Gibbon.Testing;

namespace Gibbon.Plugins.AwsLambda;

public sealed class AwsLambdaTests
{
    const string Keys = "aws_key: AKID, aws_secret: SECRET, aws_region: eu-west-1, function_name: greet";

    [Fact]
    public void Requests_are_signed_as_the_published_examples_are()
    {
        var credentials = new AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        var now = DateTimeOffset.Parse("2015-08-30T12:36:00Z", CultureInfo.InvariantCulture);
        using var get = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");
        using var post = new HttpRequestMessage(HttpMethod.Post, "https://example.amazonaws.com/");

        AwsSignature.Sign(get, [], credentials, "us-east-1", "service", now);
        AwsSignature.Sign(post, [], credentials, "us-east-1", "service", now);

        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, "
            + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            get.Headers.NonValidated["Authorization"].ToString());
        Assert.EndsWith(
            "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            post.Headers.NonValidated["Authorization"].ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_function_is_told_the_arguments_and_answers()
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Json(new { hello = "world" }));
        await using var gateway = await Start(lambda, $"{Keys}, qualifier: live");

        using var content = new StringContent("""{"b": 2}""", Encoding.UTF8, "application/json");
        using var response = await gateway.Client.PostAsync("/?a=1", content);
        var request = await lambda.NextRequestAsync();

        Assert.Equal(("POST", "/2015-03-31/functions/greet/invocations?Qualifier=live"), (request.Method, request.Target));
        Assert.Equal(("RequestResponse", "Tail"), (request.Header("X-Amz-Invocation-Type"), request.Header("X-Amz-Log-Type")));
        Assert.Matches(
            "^AWS4-HMAC-SHA256 Credential=AKID/[0-9]{8}/eu-west-1/lambda/aws4_request, "
            + "SignedHeaders=host;x-amz-date;x-amz-invocation-type;x-amz-log-type, Signature=[0-9a-f]{64}$",
            request.Header("Authorization"));
        Assert.Equal("""{"a":"1","b":2}""", JsonNode.Parse(request.Text)!.ToJsonString());
        Assert.Equal("""{"hello":"world"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("1.1 kong/3.9.1", response.Header("Via"));
    }

    [Fact]
    public async Task The_function_may_be_told_the_request()
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Json(new { }));
        await using var gateway = await Start(
            lambda, $"{Keys}, forward_request_method: true, forward_request_uri: true, forward_request_headers: true, forward_request_body: true");

        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        using var response = await gateway.Client.PostAsync("/x?a=1", content);
        var told = JsonNode.Parse((await lambda.NextRequestAsync()).Text)!;

        Assert.Equal(("POST", "/x?a=1", "1"), ((string?)told["request_method"], (string?)told["request_uri"], (string?)told["request_uri_args"]!["a"]));
        Assert.Equal("application/octet-stream", (string?)told["request_headers"]!["content-type"]);
        Assert.Equal(("AQID", true), ((string?)told["request_body"], (bool?)told["request_body_base64"]));
        Assert.Equal("{}", told["request_body_args"]!.ToJsonString());
    }

    [Fact]
    public async Task The_function_may_be_told_as_by_Amazons_gateway()
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Json(new { }));
        await using var gateway = await Start(lambda, $"{Keys}, awsgateway_compatible: true, base64_encode_body: false", path: "~/users/(?<id>[0-9]+)");

        using var content = new StringContent("text");
        using var response = await gateway.Client.PostAsync("/users/7?a=1&a=2", content);
        var told = JsonNode.Parse((await lambda.NextRequestAsync()).Text)!;

        Assert.Equal(("1.0", "POST", "text", false), ((string?)told["version"], (string?)told["httpMethod"], (string?)told["body"], (bool?)told["isBase64Encoded"]));
        Assert.Equal("7", (string?)told["pathParameters"]!["id"]);
        Assert.Equal(("1", "[\"1\",\"2\"]"), ((string?)told["queryStringParameters"]!["a"], told["multiValueQueryStringParameters"]!["a"]!.ToJsonString()));
        Assert.Equal(("POST", "HTTP/1.1", "127.0.0.1"), (
            (string?)told["requestContext"]!["httpMethod"],
            (string?)told["requestContext"]!["protocol"],
            (string?)told["requestContext"]!["identity"]!["sourceIp"]));
        Assert.Equal(response.Header("X-Kong-Request-Id"), (string?)told["requestContext"]!["requestId"]);
    }

    [Fact]
    public async Task The_function_may_say_status_headers_and_body()
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Json(new
        {
            statusCode = "418",
            headers = new Dictionary<string, object> { ["X-One"] = "1", ["X-Two"] = "no" },
            multiValueHeaders = new Dictionary<string, string[]> { ["X-Two"] = ["a", "b"] },
            body = Convert.ToBase64String("tea"u8),
            isBase64Encoded = true,
        }));
        await using var gateway = await Start(lambda, $"{Keys}, is_proxy_integration: true");

        using var response = await gateway.Client.GetAsync("/");

        Assert.Equal((418, "tea"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(("1", "a, b"), (response.Header("X-One"), response.Header("X-Two")));
    }

    [Theory]
    [InlineData("5", "proxy response must be json format")]
    [InlineData("", "proxy response must be json format")]
    [InlineData("[]", "statusCode validation failed")]
    [InlineData("\"[]\"", "statusCode validation failed")]
    [InlineData("""{"statusCode": 200, "headers": null}""", "headers must be a table")]
    [InlineData("""{"statusCode": 200, "body": null}""", "body must be a string")]
    [InlineData("""{"statusCode": 200, "isBase64Encoded": null}""", "isBase64Encoded must be a boolean")]
    [InlineData("{}", "statusCode validation failed")]
    [InlineData("""{"statusCode": 99}""", "statusCode validation failed")]
    [InlineData("""{"statusCode": 200, "headers": "x"}""", "headers must be a table")]
    [InlineData("""{"statusCode": 200, "body": 1}""", "body must be a string")]
    [InlineData("""{"statusCode": 200, "isBase64Encoded": "yes"}""", "isBase64Encoded must be a boolean")]
    public async Task A_function_that_says_it_wrong_is_a_bad_gateway(string said, string error)
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Text(said, contentType: "application/json"));
        await using var gateway = await Start(lambda, $"{Keys}, is_proxy_integration: true");

        using var response = await gateway.Client.GetAsync("/");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal((502, "Bad Gateway"), ((int)response.StatusCode, (string?)body["message"]));
        Assert.Equal($"could not JSON decode Lambda function response: {error}", (string?)body["error"]);
    }

    [Fact]
    public async Task What_a_function_says_may_be_JSON_within_a_text()
    {
        await using var lambda = FakeUpstream.Start(
            UpstreamAnswer.Text(JsonValue.Create("""{"statusCode":201,"body":"dGVh","isBase64Encoded":true}""").ToJsonString(), contentType: "application/json"));
        await using var gateway = await Start(lambda, $"{Keys}, is_proxy_integration: true");

        using var response = await gateway.Client.GetAsync("/");

        Assert.Equal((201, "tea"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_text_that_a_function_answers_comes_without_its_quotes()
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Text("\"Hello from \\u00e9!\"", contentType: "application/json"));
        await using var gateway = await Start(lambda, Keys);

        using var response = await gateway.Client.GetAsync("/");

        Assert.Equal(("Hello from \u00e9!", "application/json"), (await response.Content.ReadAsStringAsync(), response.Header("Content-Type")));
    }

    [Fact]
    public async Task The_function_may_be_told_a_list()
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Json(new { }));
        await using var gateway = await Start(lambda, Keys);

        foreach (var (path, expected) in new[] { ("/", """["x",2]"""), ("/?a=b", """{"a":"b","1":"x","2":2}""") })
        {
            using var content = new StringContent("""["x",2]""", Encoding.UTF8, "application/json");
            using var response = await gateway.Client.PostAsync(path, content);
            Assert.Equal(expected, JsonNode.Parse(lambda.Requests[^1].Text)!.ToJsonString());
        }
    }

    [Fact]
    public async Task Without_a_function_there_is_no_answer()
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Json(new { }));
        await using var gateway = await Start(lambda, Keys.Replace(", function_name: greet", "", StringComparison.Ordinal));

        using var response = await gateway.Client.GetAsync("/");

        Assert.Equal((500, "An unexpected error occurred"), await response.ErrorAsync());
        Assert.Empty(lambda.Requests);
    }

    [Fact]
    public async Task As_by_Amazons_gateway_a_body_is_encoded_unless_told_otherwise()
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Json(new { }));
        await using var gateway = await Start(lambda, $"{Keys}, awsgateway_compatible: true, base64_encode_body: null, skip_large_bodies: null");

        using var content = new StringContent("text");
        using var response = await gateway.Client.PostAsync("/", content);
        var told = JsonNode.Parse((await lambda.NextRequestAsync()).Text)!;

        Assert.Equal(("dGV4dA==", true), ((string?)told["body"], (bool?)told["isBase64Encoded"]));
    }

    [Theory]
    [InlineData("legacy", """{"a":{},"b":[1]}""")]
    [InlineData("correct", """{"a":[],"b":[1]}""")]
    public async Task Empty_arrays_may_stay_arrays(string mode, string expected)
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Text("""{"a":[],"b":[1]}""", contentType: "application/json"));
        await using var gateway = await Start(lambda, $"{Keys}, empty_arrays_mode: {mode}");

        Assert.Equal(expected, await gateway.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_function_that_failed_may_have_a_status_of_its_own()
    {
        await using var lambda = FakeUpstream.Start(new UpstreamAnswer { Headers = [new("X-Amz-Function-Error", "Unhandled")] });
        await using var gateway = await Start(lambda, $"{Keys}, unhandled_status: 412");

        using var response = await gateway.Client.GetAsync("/");

        Assert.Equal(412, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(503)]
    public async Task What_Lambda_refuses_is_an_error_of_the_gateway(int status)
    {
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Json(new { Message = "no such function" }, status));
        await using var gateway = await Start(lambda, Keys);

        using var response = await gateway.Client.GetAsync("/");

        Assert.Equal((500, "An unexpected error occurred"), await response.ErrorAsync());
        await gateway.LoggedAsync("no such function");
        Assert.DoesNotContain("SECRET", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_is_taken_on_once_and_its_credentials_are_used()
    {
        await using var sts = FakeUpstream.Start(UpstreamAnswer.Text(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials><AccessKeyId>TEMP</AccessKeyId>"
            + "<SecretAccessKey>S</SecretAccessKey><SessionToken>TOKEN</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
            + "</AssumeRoleResult></AssumeRoleResponse>"));
        await using var lambda = FakeUpstream.Start(UpstreamAnswer.Json(new { }));
        await using var gateway = await Start(lambda, $"{Keys}, aws_assume_role_arn: 'arn:aws:iam::1:role/r', aws_sts_endpoint_url: '{sts.Url}'");

        using var first = await gateway.Client.GetAsync("/");
        using var second = await gateway.Client.GetAsync("/");
        var asked = Assert.Single(sts.Requests);
        var request = await lambda.NextRequestAsync();

        Assert.Equal("Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=kong&Version=2011-06-15", asked.Text);
        Assert.Contains("Credential=AKID/", asked.Header("Authorization"), StringComparison.Ordinal);
        Assert.Contains("Credential=TEMP/", request.Header("Authorization"), StringComparison.Ordinal);
        Assert.Equal("TOKEN", request.Header("X-Amz-Security-Token"));
    }

    static Task<TestGateway> Start(FakeUpstream lambda, string config, string path = "/") => TestGateway.StartAsync(
        "_format_version: \"3.0\"\n"
        + $"routes: [{{paths: ['{path}'], plugins: [{{name: aws-lambda, config: {{host: 127.0.0.1, port: {lambda.Port}, disable_https: true, {config}}}}}]}}]");
}
