using Gibbon.Admin.Requests;
using Gibbon.Storage.Applying;
using Gibbon.Storage.Versions;

namespace Gibbon.Admin.Resources;

/// <summary><c>POST /apply</c>: a whole configuration in the place of the present one, or what that would change. Beyond Kong: docs/apply.md.</summary>
internal sealed class ApplyEndpoint(ConfigurationChanger changer)
{
    public ApiEndpoint Endpoint => ApiEndpoint.Of("/apply", ("POST", ApplyAsync)) with { TakesYaml = true };

    private async ValueTask<ApiAnswer> ApplyAsync(ApiRequest request)
    {
        (ConfigurationBody? input, ApiAnswer? refused) = ConfigurationBody.Read(request);
        if (input is null)
        {
            return refused!;
        }

        if (ApplyArguments.Read(request, changer.Versions, out ApplyArguments arguments) is { } wrong)
        {
            return wrong;
        }

        ChangeNote.Current = (ChangeNote.Current ?? new ChangeNote("apply")) with { Source = "apply", Reason = arguments.Reason };
        string[] tags = request.QueryText("select_tags")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        WholeChange change = await changer.ApplyAsync(input.Document, input.Hash, tags, arguments.Options, request.Cancellation);
        return arguments.Answer(change, changer);
    }
}
