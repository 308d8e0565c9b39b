using System.Text.Json;
using Gibbon.Proxy.Errors;
using Gibbon.Tests.Routing;

namespace Gibbon.Tests.Proxy.Errors;

public sealed class ErrorTypesTests
{
    public static TheoryData<string?, string> Vectors
    {
        get
        {
            TheoryData<string?, string> data = [];
            foreach (JsonElement vector in ConformanceData.Read("vectors.json").GetProperty("error_content_negotiation").EnumerateArray())
            {
                data.Add(vector.GetProperty("accept").GetString(), vector.GetProperty("template").GetString()!);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Vectors))]
    public void Accept_chooses_the_form_that_Kong_chooses(string? accept, string template) =>
        Assert.Equal(template, ErrorTypes.FromAccept(accept).ToString().ToLowerInvariant());
}
