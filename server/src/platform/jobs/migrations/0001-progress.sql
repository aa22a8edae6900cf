-- How far running jobs say they are. The jobs themselves lie in the schema of pg-boss, which it makes and migrates.
create table platform.job_progress (
  id uuid primary key,
  share real not null,
  note text not null,
  at timestamptz not null
);
