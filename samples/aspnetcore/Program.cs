var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseSluice();

var app = builder.Build();
app.MapGet("/", () => "Hello, World!");
app.Run();
