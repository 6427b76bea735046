SELECT answer_slot FROM requests WHERE seq BETWEEN @first AND @last AND answer_page = @page
